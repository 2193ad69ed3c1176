import { Table, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { IconButton } from '../../ui/icon-button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { words } from '../../words/index.ts';
import type { MapView } from './map-rows.ts';

type Target = keyof typeof words.fieldMap.targets;

/** Where one thing is looked for, and what stands there in this message. */
export interface TargetLine<T extends Target> {
  readonly target: T;
  readonly place: string;
  readonly text: string;
  /** By the device's own map, not by the driver. */
  readonly isOwn: boolean;
  readonly isRequired: boolean;
  /** How many places it has by the device's own map. */
  readonly count?: number;
}

/** Each thing with its place; what the person chose can be undone one by one. */
export function TargetsPanel<T extends Target>({
  lines,
  problems,
  onUndo,
}: {
  lines: readonly TargetLine<T>[];
  problems: MapView['problems'];
  onUndo: (target: T) => void;
}) {
  const { fieldMap: w } = words;
  return (
    <Panel title={w.whatIsWhat} flush>
      <Table verticalSpacing={1} horizontalSpacing={8} layout="fixed">
        <Table.Tbody>
          {lines.map(({ target, place, text, isOwn, isRequired, count = 0 }) => {
            const wrong = problems.filter(({ field }) => field === target);
            return (
              <Table.Tr key={target} data-target={target}>
                <Table.Td w={128}>
                  {w.targets[target]}
                  {isRequired && (
                    <Text span c="red" aria-hidden>
                      {' *'}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td w={104} className="mono" c={isOwn ? undefined : 'dimmed'} fw={isOwn ? 600 : undefined}>
                  <span
                    className={count > 1 ? undefined : 'ellipsis'}
                    style={{ display: 'block' }}
                    title={count > 1 ? w.firstFilled : place}
                  >
                    {place}
                  </span>
                </Table.Td>
                <Table.Td>
                  <span className="ellipsis" style={{ display: 'block' }} title={text}>
                    {text || (
                      <Text span c="dimmed" size="sm">
                        {place && isOwn ? w.nowhere : ''}
                      </Text>
                    )}
                  </span>
                  {wrong.map(({ code, message, remedy }) => (
                    <Text key={code} size="sm" c="red" role="alert" style={{ whiteSpace: 'normal' }}>
                      {message}. {remedy}
                    </Text>
                  ))}
                </Table.Td>
                <Table.Td w={34} p={0}>
                  {isOwn && (
                    <IconButton
                      icon={IconArrowBackUp}
                      label={w.undo(w.targets[target])}
                      size="sm"
                      variant="subtle"
                      onClick={() => onUndo(target)}
                    />
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
