import { Button, Grid } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { FieldError } from '../../shared/kernel/errors.ts';
import { useTRPC } from '../app/api.ts';
import { useDraft } from '../app/draft.ts';
import { fieldErrors, showAtFields } from '../app/errors.ts';
import { useKeys } from '../app/keys.tsx';
import { useFormat, useMay } from '../app/me.tsx';
import { DraftNotice } from '../ui/draft-notice.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { KeysHint } from '../ui/keys-hint.tsx';
import { notifyDone } from '../ui/notify.tsx';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { PatientFields } from './patient-fields.tsx';
import { emptyPatient, fieldOf, inputOf, type PatientValues, problemsOf } from './patient-form-values.ts';
import { SimilarPatients } from './similar-patients.tsx';

const route = getRouteApi('/patients/new');

/** Registers a patient; the way on leads to the order. */
export function RegisterScreen() {
  const { name } = route.useSearch();
  const trpc = useTRPC();
  const navigate = useNavigate();
  const may = useMay();
  const { locale } = useFormat();
  const draft = useDraft<PatientValues>('patient.register', { ...emptyPatient, fullName: startOfName(name) });
  const form = useForm<PatientValues>({ initialValues: draft.initial, onValuesChange: draft.keep });
  const [errors, setErrors] = useState<FieldError[]>([]);
  const thenOrder = useRef(false);
  const register = useMutation(
    trpc.patients.register.mutationOptions({
      meta: { showsOwnErrors: true },
      onSuccess: ({ id, fullName, number }) => {
        draft.clear();
        notifyDone(words.patients.saved(fullName, number));
        void (thenOrder.current
          ? navigate({ to: '/orders/new', search: { patientId: id } })
          : navigate({ to: '/patients/$patientId', params: { patientId: id } }));
      },
      onError: (error) => setErrors(showAtFields(form, error, fieldOf)),
    }),
  );

  const save = (order: boolean) => {
    const problems = problemsOf(form.values, locale);
    thenOrder.current = order;
    form.setErrors(problems);
    setErrors(fieldErrors(problems));
    if (Object.keys(problems).length === 0 && !register.isPending) register.mutate(inputOf(form.values, locale));
  };
  const mayOrder = may('bill.create');
  useKeys(words.patients.registerTitle, [
    { keys: 'mod+Enter', label: words.patients.saveAndOrder, run: () => save(true), disabled: !mayOrder },
    { keys: 'mod+S', label: words.patients.save, run: () => save(false) },
  ]);

  return (
    <Page
      title={words.patients.registerTitle}
      body="scroll"
      about={<DraftNotice draft={draft} onDiscard={() => form.setValues(emptyPatient)} />}
      actions={
        <>
          <Button
            variant={mayOrder ? 'default' : 'filled'}
            loading={register.isPending && !thenOrder.current}
            onClick={() => save(false)}
            rightSection={<KeysHint keys="mod+S" />}
          >
            {words.patients.save}
          </Button>
          {mayOrder && (
            <Button
              loading={register.isPending && thenOrder.current}
              onClick={() => save(true)}
              rightSection={<KeysHint keys="mod+Enter" />}
            >
              {words.patients.saveAndOrder}
            </Button>
          )}
        </>
      }
    >
      <FormErrors errors={errors} />
      <Grid gap="sm" overflow="hidden">
        <Grid.Col span={{ base: 12, sm: 8 }}>
          <PatientFields form={form} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 4 }}>
          <SimilarPatients values={form.values} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** What was searched for is the name to register, unless it was a number. */
function startOfName(searched: string | undefined): string {
  return searched && !/\d/.test(searched) ? searched : '';
}
