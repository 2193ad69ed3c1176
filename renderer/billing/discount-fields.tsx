import { Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import type { GetInputPropsReturnType } from '@mantine/form';
import { words } from '../words/index.ts';

/** A discount on several tests together, in per cent or money, and its reason as soon as anything is taken off. */
export function DiscountFields({
  label,
  currency,
  needsReason,
  propsOf,
}: {
  label: string;
  currency: string;
  needsReason: boolean;
  propsOf: (field: 'discount' | 'discountKind' | 'discountReason') => GetInputPropsReturnType;
}) {
  const { orders } = words;
  return (
    <>
      <Group gap="xs" wrap="nowrap" justify="space-between" align="flex-start">
        <Text size="sm" pt={5}>
          {label}
        </Text>
        <Group gap={4} wrap="nowrap" align="flex-start">
          <TextInput
            aria-label={label}
            w={90}
            inputMode="decimal"
            autoComplete="off"
            styles={{ input: { textAlign: 'end' } }}
            {...propsOf('discount')}
          />
          <SegmentedControl
            aria-label={orders.discountKind}
            data={[
              { value: 'percent', label: '%' },
              { value: 'amount', label: currency },
            ]}
            {...propsOf('discountKind')}
          />
        </Group>
      </Group>
      {needsReason && (
        <TextInput
          aria-label={orders.discountReason}
          placeholder={orders.discountReason}
          maxLength={300}
          {...propsOf('discountReason')}
        />
      )}
    </>
  );
}
