import { Text } from '@mantine/core';
import { useFormat, useMay, useMe } from '../app/me.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { BillsToday, UnpaidBills } from './desk-work.tsx';
import { ReportWork, ResultWork, SpecimenWork } from './lab-work.tsx';
import styles from './work-panel.module.css';

/** The work that waits for the person's role: a panel for each thing the role may do, in the order of a specimen's way. */
export function TodayScreen() {
  const may = useMay();
  const me = useMe();
  const format = useFormat();
  const panels = [
    may('specimen.collect') && <SpecimenWork key="collect" mode="collect" />,
    may('specimen.receive') && <SpecimenWork key="receive" mode="receive" />,
    may('result.release') && may('result.read') && <ResultWork key="results" />,
    may('report.verify') && <ReportWork key="verify" step="verify" />,
    may('report.sign') && <ReportWork key="sign" step="sign" />,
    may('bill.pay') && may('bill.read') && <UnpaidBills key="unpaid" />,
    may('bill.create') && may('bill.read') && <BillsToday key="money" />,
  ].filter(Boolean);
  return (
    <Page
      title={words.today.title}
      body="scroll"
      about={
        <Text size="sm" c="dimmed">
          {format.day(format.today())} · {me.name}
        </Text>
      }
      actions={
        <>
          {may('patient.create') && (
            <LinkButton to="/patients/new" variant="default">
              {words.nav.registerPatient}
            </LinkButton>
          )}
          {may('bill.create') && <LinkButton to="/orders/new">{words.nav.newOrder}</LinkButton>}
        </>
      }
    >
      {panels.length === 0 && <Text c="dimmed">{words.today.nothing}</Text>}
      <div className={styles.board}>{panels}</div>
    </Page>
  );
}
