import { ActionIcon, Button, Group, Menu, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconBookmark, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { words } from '../words/index.ts';

interface View<Filters> {
  readonly name: string;
  readonly filters: Filters;
}

/**
 * Named filters of a list, kept on this computer. Give it what the address holds and how to go there:
 * `<SavedViews list="patients" filters={search} onShow={(filters) => navigate({ search: filters })} />`.
 */
export function SavedViews<Filters extends object>({
  list,
  filters,
  onShow,
}: {
  list: string;
  filters: Filters;
  onShow: (filters: Filters) => void;
}) {
  const [views, setViews] = useLocalStorage<View<Filters>[]>({ key: `aliquot.views.${list}`, defaultValue: [] });
  const [name, setName] = useState('');
  const given = name.trim();
  const isEmpty = Object.values(filters).every((value) => value === undefined);
  const save = () => {
    if (!given || isEmpty) return;
    setViews([...views.filter((view) => view.name !== given), { name: given, filters }]);
    setName('');
  };
  return (
    <Menu shadow="md" width={260} closeOnItemClick>
      <Menu.Target>
        <Button variant="default" leftSection={<IconBookmark size={15} aria-hidden />}>
          {words.patients.views}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {views.length === 0 && <Menu.Label>{words.patients.noViews}</Menu.Label>}
        {views.map((view) => (
          <Group key={view.name} gap={2} wrap="nowrap">
            <Menu.Item onClick={() => onShow(view.filters)}>{view.name}</Menu.Item>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.patients.removeView(view.name)}
              onClick={() => setViews(views.filter((one) => one.name !== view.name))}
            >
              <IconX size={14} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        {!isEmpty && (
          <>
            <Menu.Divider />
            <Group gap={4} p={4} wrap="nowrap">
              <TextInput
                size="xs"
                aria-label={words.patients.viewName}
                placeholder={words.patients.viewName}
                maxLength={40}
                value={name}
                onChange={({ currentTarget }) => setName(currentTarget.value)}
                onKeyDown={(event) => {
                  event.stopPropagation();
                  if (event.key === 'Enter') save();
                }}
              />
              <Button size="xs" disabled={!given} onClick={save}>
                {words.ui.save}
              </Button>
            </Group>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
