import { isValidPhoneNumber } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import {
  demoBranch,
  demoCentre,
  demoDoctors,
  demoInsuranceGroup,
  demoInsurer,
  demoOrganisations,
  demoOutsourceLab,
  demoPatients,
  demoStaff,
  demoStation,
} from '../../../electron/demo/data/index.ts';
import {
  doctorShape,
  insuranceGroupShape,
  insurerShape,
  organisationShape,
  outsourceLabShape,
} from '../../../shared/directory/schema.ts';
import { standardRoles } from '../../../shared/directory/standard-roles.ts';
import { newId } from '../../../shared/kernel/id.ts';
import { ageAt } from '../../../shared/patients/age.ts';
import { validateContactInfo } from '../../../shared/patients/contact.ts';
import { validateNationalId } from '../../../shared/patients/national-id.ts';
import { patientShape } from '../../../shared/patients/schema.ts';
import { branchShape, centreShape, stationShape } from '../../../shared/setup/schema.ts';

const today = '2025-11-24';
const patients = demoPatients(today);

describe('the demo patients', () => {
  it('are 200 different people, the same every time', () => {
    expect(patients).toHaveLength(200);
    expect(new Set(patients.map((patient) => patient.fullName)).size).toBe(200);
    expect(demoPatients(today)).toEqual(patients);
    expect(demoPatients(today, 200, 1)).not.toEqual(patients);
  });

  it('fit the patient schema and every rule of registration', () => {
    for (const patient of patients) {
      expect(patientShape.safeParse({ ...patient, number: 'A-P1' }).error).toBeUndefined();
      const { phone, otherPhones, email, consent } = patient;
      const contact = { otherPhones, consent, ...(phone ? { phone } : {}), ...(email ? { email } : {}) };
      expect(validateContactInfo(contact, 'AE'), patient.fullName).toEqual([]);
      expect(
        patient.nationalIds.flatMap((id) => validateNationalId(id)),
        patient.fullName,
      ).toEqual([]);
      if (phone !== undefined) expect(isValidPhoneNumber(phone)).toBe(true);
      expect(patient.email ?? 'x@example.org').toMatch(/@example\.org$/);
    }
  });

  it('are from newborn to 95 years, on a leap day too', () => {
    for (const day of [today, '2024-02-29']) {
      const ages = demoPatients(day).map((patient) => patient.birth && ageAt(patient.birth, day));
      const days = ages.map((age) => age?.totalDays ?? -1);
      expect(Math.min(...days)).toBe(0);
      expect(Math.max(...ages.map((age) => age?.years ?? 0))).toBe(95);
      expect(days.filter((count) => count < 18 * 365).length).toBeGreaterThan(10);
    }
  });

  it('have births of different precision and names of many scripts and marks', () => {
    const precisions = new Set(patients.map((patient) => patient.birth?.precision));
    expect([...precisions].sort()).toEqual(['estimated', 'exact', 'year']);
    const names = patients.map((patient) => patient.fullName).join('');
    for (const script of [/\p{Script=Cyrillic}/u, /\p{Script=Greek}/u, /[ăâđêôơưạ-ỹ]/i, /[ąęłńśźżó]/i, /[şğıİçöü]/]) {
      expect(names).toMatch(script);
    }
  });
});

describe('the demo laboratory', () => {
  it('fits the schemas of set-up and directory', () => {
    expect(centreShape.safeParse(demoCentre).error).toBeUndefined();
    expect(branchShape.safeParse(demoBranch).error).toBeUndefined();
    expect(stationShape.safeParse(demoStation).error).toBeUndefined();
    expect(demoOrganisations.flatMap((one) => organisationShape.safeParse(one).error ?? [])).toEqual([]);
    expect(insurerShape.safeParse(demoInsurer).error).toBeUndefined();
    expect(insuranceGroupShape.safeParse({ ...demoInsuranceGroup, insurerId: newId() }).error).toBeUndefined();
    expect(outsourceLabShape.safeParse(demoOutsourceLab).error).toBeUndefined();
    expect(demoDoctors.flatMap((doctor) => doctorShape.safeParse(doctor).error ?? [])).toEqual([]);
  });

  it('has four colleagues, each with a role that exists', () => {
    const roles = new Set(standardRoles.map((role) => role.name));
    expect(demoStaff).toHaveLength(4);
    expect(demoStaff.flatMap((colleague) => colleague.roles).filter((role) => !roles.has(role))).toEqual([]);
  });
});
