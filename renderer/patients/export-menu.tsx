import { Button, Menu } from '@mantine/core';
import { IconTableExport } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { PatientFilters } from '../../shared/patients/list.ts';
import { useTRPCClient } from '../app/api.ts';
import { reportUnexpected } from '../app/errors.ts';
import { notifyDone, notifyError } from '../ui/notify.tsx';
import { saveFile } from '../ui/save-file.ts';
import { words } from '../words/index.ts';
import { exportPatients, mostInXlsx } from './patient-export.ts';

/** Saves all patients of the filtered list, with progress; a click while it runs stops it. */
export function ExportMenu({ filters }: { filters: PatientFilters }) {
  const client = useTRPCClient();
  const [count, setCount] = useState<number>();
  const running = useRef<AbortController>(undefined);
  const run = async (format: 'csv' | 'xlsx') => {
    const control = new AbortController();
    running.current = control;
    setCount(0);
    try {
      const result = await exportPatients(client, filters, format, setCount, control.signal);
      saveFile(`${words.patients.title}.${format}`, result.blob);
      notifyDone(words.patients.exported(result.count));
      if (result.cut) notifyError({ message: words.patients.exportLimit(mostInXlsx) });
    } catch (error) {
      if (!control.signal.aborted) reportUnexpected(error);
    } finally {
      setCount(undefined);
    }
  };
  if (count !== undefined) {
    return (
      <Button variant="default" onClick={() => running.current?.abort()} aria-live="polite">
        {words.patients.exporting(count)} {words.ui.cancel}
      </Button>
    );
  }
  return (
    <Menu shadow="md">
      <Menu.Target>
        <Button variant="default" leftSection={<IconTableExport size={16} aria-hidden />}>
          {words.patients.exportAs}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void run('csv')}>{words.patients.exportCsv}</Menu.Item>
        <Menu.Item onClick={() => void run('xlsx')}>{words.patients.exportXlsx}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
