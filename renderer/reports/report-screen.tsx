import { Alert, Button, Group, Menu, Text } from '@mantine/core';
import { IconFileTypePdf } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useKeys } from '../app/keys.tsx';
import { useMay } from '../app/me.tsx';
import { PatientWarning } from '../patients/patient-warning.tsx';
import { ReportStateBadge } from '../patients/report-state.tsx';
import { TraceDialog } from '../results/trace-dialog.tsx';
import { ConfirmWithReason } from '../ui/confirm-with-reason.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkText } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { PdfPreview } from '../ui/pdf-preview.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { ReportHistory } from './report-history.tsx';
import { ResultsGrid } from './results-grid.tsx';

type Details = Outputs['reports']['get'];

const route = getRouteApi('/reports/$reportId');

/** One report: its values and where each came from, its way to the signature and to the patient. */
export function ReportScreen() {
  const { reportId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.reports.get.queryOptions({ id: reportId }));
  return <Query query={query}>{(details) => <ReportPage key={details.report._rev} details={details} />}</Query>;
}

function ReportPage({ details }: { details: Details }) {
  const { report, patient, ageText } = details;
  const trpc = useTRPC();
  const may = useMay();
  const { reports: w } = words;
  const [dialog, setDialog] = useState<'pdf' | 'back'>();
  const [traced, setTraced] = useState<string>();
  const ids = [report.id];
  const close = () => setDialog(undefined);
  const pdf = useQuery(trpc.reports.pdf.queryOptions({ ids }, { enabled: dialog === 'pdf' }));
  const verify = useMutation(trpc.reports.verify.mutationOptions());
  const sign = useMutation(trpc.reports.sign.mutationOptions());
  const back = useMutation(trpc.reports.returnToBench.mutationOptions({ onSuccess: close }));
  const release = useMutation(
    trpc.reports.release.mutationOptions({
      onSuccess: ({ mails }) => {
        for (const mail of mails) notifyDone(mail.queued ? w.mailQueued : w.mailNot(mail.reason ?? ''));
      },
    }),
  );
  const next = nextStep();
  useKeys(report.testName, [
    { keys: 'F8', label: next?.label ?? w.sign, run: () => next?.run(), disabled: !next },
    { keys: 'F9', label: w.pdf, run: () => setDialog('pdf') },
  ]);

  function nextStep(): { label: string; run: () => void; busy: boolean } | undefined {
    if (report.state === 'resulted' && may('report.verify'))
      return { label: w.verify, run: () => verify.mutate({ ids }), busy: verify.isPending };
    if (report.state === 'verified' && may('report.sign'))
      return { label: w.sign, run: () => sign.mutate({ ids }), busy: sign.isPending };
    if (report.state === 'signed' && may('report.release')) {
      return { label: w.releaseMail, run: () => release.mutate({ ids, email: true }), busy: release.isPending };
    }
    return undefined;
  }

  return (
    <Page
      title={report.testName}
      body="scroll"
      about={
        <Group gap="sm">
          <ReportStateBadge state={report.state} />
          <Text size="sm" c="dimmed">
            <LinkText to="/patients/$patientId" params={{ patientId: patient.id }}>
              {patient.fullName}
            </LinkText>
            {['', ageText, report.pregnancy && words.patients.pregnant(report.pregnancy.weeks), patient.number]
              .filter((part) => part !== undefined)
              .join(' · ')}
            {report.accession && (
              <>
                {' · '}
                <LinkText to="/specimens/$accession" params={{ accession: report.accession }}>
                  {report.accession}
                </LinkText>
              </>
            )}
          </Text>
        </Group>
      }
      actions={
        <>
          {(report.state === 'resulted' || report.state === 'verified') && may('report.verify') && (
            <Button variant="subtle" color="red" onClick={() => setDialog('back')}>
              {w.back}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconFileTypePdf size={16} aria-hidden />}
            rightSection={<KeysHint keys="F9" />}
            onClick={() => setDialog('pdf')}
          >
            {w.pdf}
          </Button>
          {report.state === 'signed' && may('report.release') && (
            <Menu>
              <Menu.Target>
                <Button variant="default">{w.release}</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => release.mutate({ ids, email: true })}>{w.releaseMail}</Menu.Item>
                <Menu.Item onClick={() => release.mutate({ ids, email: false })}>{w.releaseNoMail}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
          {next && (
            <Button loading={next.busy} rightSection={<KeysHint keys="F8" />} onClick={next.run}>
              {next.label}
            </Button>
          )}
        </>
      }
    >
      {'returned' in report && report.returned ? (
        <Alert color="yellow" p="xs">
          {report.returned.reason}
        </Alert>
      ) : null}
      <PatientWarning warning={patient.warning} />
      <ResultsGrid details={details} onTrace={setTraced} />
      <ReportHistory details={details} />
      <TraceDialog deviceResultId={traced} onClose={() => setTraced(undefined)} />
      <PdfPreview opened={dialog === 'pdf'} onClose={close} title={w.pdf} query={pdf} />
      <ConfirmWithReason
        opened={dialog === 'back'}
        onClose={close}
        title={w.back}
        usual={w.backReasons}
        confirm={w.back}
        busy={back.isPending}
        onConfirm={(reason) => back.mutate({ id: report.id, rev: report._rev, reason })}
      >
        {w.backText}
      </ConfirmWithReason>
    </Page>
  );
}
