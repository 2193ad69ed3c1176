import { Badge, Group, Stack, Text } from '@mantine/core';
import { useMergedRef } from '@mantine/hooks';
import { IconFlask } from '@tabler/icons-react';
import { type ReactNode, type Ref, useEffect, useRef, useState } from 'react';
import { isCodeOrAlias } from '../../../shared/catalogue/find.ts';
import { describeError } from '../../app/errors.ts';
import { useFormat } from '../../app/me.tsx';
import { Picker } from '../../ui/picker.tsx';
import { words } from '../../words/index.ts';
import { type Payers, type TestChoice, useFoundTests } from './use-found-tests.ts';

/**
 * The field that finds a test or profile by code, name or alias. A scanner or a fast typist need not wait: each Enter that
 * comes before the answer takes its text off the field and is answered in its turn; what it does not name exactly is told, and
 * never guessed.
 */
export function TestPicker({
  payers,
  inputRef,
  autoFocus,
  error,
  remark,
  onPick,
  onType,
}: {
  payers: Payers;
  inputRef?: Ref<HTMLInputElement>;
  autoFocus?: boolean;
  error?: ReactNode;
  /** Said below the field while nothing of its own is. */
  remark?: ReactNode;
  onPick: (test: TestChoice) => void;
  onType?: () => void;
}) {
  const format = useFormat();
  const [text, setText] = useState('');
  const { choices, settled, meant } = useFoundTests(text, payers);
  const [waiting, setWaiting] = useState<readonly string[]>([]);
  const [missed, setMissed] = useState<readonly string[]>([]);
  const turn = useRef(Promise.resolve());
  const field = useRef<HTMLInputElement>(null);
  const ref = useMergedRef(field, inputRef);
  // Selected, so that what is typed next takes its place.
  const [putBack, setPutBack] = useState(0);
  useEffect(() => {
    if (putBack > 0) field.current?.select();
  }, [putBack]);
  // Answers arrive later than the rendering that asked.
  const pick = useRef(onPick);
  useEffect(() => {
    pick.current = onPick;
  }, [onPick]);

  const answer = async (typed: string) => {
    let miss: string | undefined;
    try {
      const found = await meant(typed);
      if (typeof found === 'number') miss = words.orders.notMeant(typed, found);
      else pick.current(found);
    } catch (cause) {
      miss = `${typed}: ${describeError(cause).message}`;
    }
    setWaiting(([, ...rest]) => rest);
    if (miss === undefined) return;
    setMissed((before) => [...before, miss]);
    setText((now) => (now === '' ? typed : now));
    setPutBack((times) => times + 1);
  };
  const enter = () => {
    const typed = text.trim();
    setText('');
    setWaiting((before) => [...before, typed]);
    turn.current = turn.current.then(() => answer(typed));
  };
  return (
    <Stack gap={4}>
      <Picker
        label={words.orders.findTest}
        placeholder={words.orders.findTest}
        icon={IconFlask}
        inputRef={ref}
        text={text}
        onText={(typed) => {
          setText(typed);
          onType?.();
        }}
        choices={choices}
        idOf={({ id }) => id}
        isExact={isCodeOrAlias}
        show={(test) => (
          <Choice test={test} price={test.price === undefined ? words.orders.notForSale : format.amount(test.price)} />
        )}
        onPick={(test) => {
          setText('');
          setMissed([]);
          onPick(test);
        }}
        onEarlyEnter={enter}
        nothing={words.orders.noTestFound}
        busy={!settled}
        error={error}
        autoFocus={autoFocus}
      />
      <Text size="sm" c="var(--tone-warn)" role="status" mih="1.4em">
        {[...missed, ...waiting.map((typed) => `${typed}…`)].join(' ') || remark}
      </Text>
    </Stack>
  );
}

function Choice({ test, price }: { test: TestChoice; price: string }) {
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" className="mono" w={72} style={{ flex: 'none' }}>
        {test.code}
      </Text>
      <Text size="sm" className="ellipsis" style={{ flex: 1 }}>
        {test.name}
      </Text>
      {test.kind === 'profile' ? (
        <Badge size="sm" color="gray">
          {words.orders.profileOf(test.tests.length)}
        </Badge>
      ) : (
        <Text size="xs" c="dimmed" className="ellipsis">
          {test.typeName}
        </Text>
      )}
      <Text size="sm" ta="end" w={80} style={{ flex: 'none' }}>
        {price}
      </Text>
    </Group>
  );
}
