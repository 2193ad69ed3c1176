import { Button, Group } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import type { ChangePatient } from '../../shared/patients/register.ts';
import { type Outputs, useTRPC } from '../app/api.ts';
import { useDraft } from '../app/draft.ts';
import { fieldErrors, showAtFields } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat } from '../app/me.tsx';
import { DraftNotice } from '../ui/draft-notice.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { LinkButton } from '../ui/link.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { Query } from '../ui/query.tsx';
import { words } from '../words/index.ts';
import { PatientFields } from './patient-fields.tsx';
import { fieldOf, inputOf, type PatientValues, problemsOf, valuesOf } from './patient-form-values.ts';

type Details = Outputs['patients']['get'];

const route = getRouteApi('/patients/$patientId/edit');

/** Changes a registered patient. */
export function EditPatientScreen() {
  const { patientId } = route.useParams();
  const trpc = useTRPC();
  const query = useQuery(trpc.patients.get.queryOptions({ id: patientId }));
  return <Query query={query}>{(details) => <EditForm key={details.patient.id} details={details} />}</Query>;
}

function EditForm({ details }: { details: Details }) {
  const trpc = useTRPC();
  const navigate = useNavigate();
  const { locale } = useFormat();
  // What the person began to change: a newer state that arrives meanwhile must end in a conflict, not be overwritten.
  const [{ patient, surroundings }] = useState(details);
  const names = new Map(surroundings.family.map(({ patientId = '', name }) => [patientId, name]));
  const before = valuesOf(patient, locale, names);
  const draft = useDraft<PatientValues>(`patient.edit.${patient.id}`, before);
  const form = useForm<PatientValues>({ initialValues: draft.initial, onValuesChange: draft.keep });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const back = () => void navigate({ to: '/patients/$patientId', params: { patientId: patient.id } });
  const update = useMutation(
    trpc.patients.update.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ fullName }) => {
        draft.clear();
        notifyDone(words.patients.changed(fullName));
        back();
      },
      onError: (error) => setErrors(showAtFields(form, error, fieldOf)),
    }),
  );
  const save = () => {
    const problems = problemsOf(form.values, locale);
    form.setErrors(problems);
    setErrors(fieldErrors(problems));
    if (Object.keys(problems).length > 0 || update.isPending) return;
    update.mutate({ id: patient.id, rev: patient._rev, change: changeOf(before, form.values, locale) });
  };
  const title = words.patients.editTitle(patient.fullName);
  useKeys(title, [{ keys: 'mod+Enter', label: words.patients.save, run: save }]);

  return (
    <Page
      title={title}
      body="scroll"
      about={<DraftNotice draft={draft} onDiscard={() => form.setValues(before)} />}
      actions={
        <Group gap="xs">
          <LinkButton
            variant="default"
            to="/patients/$patientId"
            params={{ patientId: patient.id }}
            onClick={draft.clear}
          >
            {words.ui.cancel}
          </LinkButton>
          <Button loading={update.isPending} onClick={save} rightSection={<KeysHint keys="mod+Enter" />}>
            {words.patients.save}
          </Button>
        </Group>
      }
    >
      <FormErrors errors={errors} />
      <PatientFields form={form} />
    </Page>
  );
}

/** Only the fields that differ, null for those that were cleared, so that two people's changes do not undo each other. */
function changeOf(before: PatientValues, after: PatientValues, locale: string): ChangePatient {
  const input = inputOf(after, locale);
  const differs = (field: keyof PatientValues) => JSON.stringify(before[field]) !== JSON.stringify(after[field]);
  return {
    ...(differs('fullName') ? { fullName: input.fullName } : {}),
    ...(differs('sex') ? { sex: input.sex } : {}),
    ...(differs('birth') ? { dateOfBirth: input.dateOfBirth, age: input.age } : {}),
    ...(differs('phone') ? { phone: input.phone ?? null } : {}),
    ...(differs('email') ? { email: input.email ?? null } : {}),
    ...(differs('consent') ? { consent: input.consent } : {}),
    ...(differs('address') ? { address: input.address ?? null } : {}),
    ...(differs('nationalIds') ? { nationalIds: input.nationalIds } : {}),
    ...(differs('note') ? { note: input.note ?? null } : {}),
    ...(differs('otherPhones') ? { otherPhones: input.otherPhones } : {}),
    ...(differs('warning') ? { warning: input.warning ?? null } : {}),
    ...(differs('insurances') ? { insurances: input.insurances } : {}),
    ...(differs('family') ? { family: input.family } : {}),
    ...(differs('allowedTests') ? { allowedTests: input.allowedTests ?? null } : {}),
    ...(differs('otherNumbers') ? { otherNumbers: input.otherNumbers ?? [] } : {}),
  };
}
