import { ScrollArea, Stack, Table, Text } from '@mantine/core';
import type { ReplayPreview as Preview, PreviewSide } from '../../shared/devices/replay.ts';
import { words } from '../words/index.ts';

/** What reading messages again would change, before it is done. */
export function ReplayPreview({ preview }: { preview: Preview }) {
  const { devices: w } = words;
  const { total, compared, same, changed, added, gone, decided, mended, unreadable, lines } = preview;
  const counts = [
    mended > 0 && w.previewMended(mended),
    unreadable > 0 && w.previewUnreadable(unreadable),
    changed > 0 && w.previewChanged(changed),
    added > 0 && w.previewAdded(added),
    gone > 0 && w.previewGone(gone),
    same > 0 && w.previewSame(same),
    decided > 0 && w.previewDecided(decided),
  ].filter(Boolean);
  const isIdle = changed + added + gone === 0;
  return (
    <Stack gap={6} role="status">
      <Text size="sm" fw={600}>
        {total === 0 ? w.previewNone : isIdle ? w.previewNothing : w.previewTitle}
      </Text>
      {counts.length > 0 && <Text size="sm">{counts.join(' · ')}</Text>}
      {compared < total && (
        <Text size="sm" c="dimmed">
          {w.previewPart(compared, total)}
        </Text>
      )}
      {lines.length > 0 && (
        <ScrollArea.Autosize mah={240} type="auto">
          <Table verticalSpacing={2} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words.results.sample}</Table.Th>
                <Table.Th>{w.code}</Table.Th>
                <Table.Th>{w.previewBefore}</Table.Th>
                <Table.Th>{w.previewAfter}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {lines.map(({ sampleId, code, before, after }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a message may give one code of one sample twice
                <Table.Tr key={`${sampleId} ${code} ${index}`}>
                  <Table.Td className="mono">{sampleId}</Table.Td>
                  <Table.Td>{code}</Table.Td>
                  <Table.Td c="dimmed">
                    <Side side={before} other={after} />
                  </Table.Td>
                  <Table.Td>
                    <Side side={after} other={before} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {lines.length < changed + added + gone && (
            <Text size="xs" c="dimmed">
              {w.previewMore(changed + added + gone - lines.length)}
            </Text>
          )}
        </ScrollArea.Autosize>
      )}
    </Stack>
  );
}

/** One side of a change; a sample id only where it is another one on the other side. */
function Side({ side, other }: { side: PreviewSide | undefined; other: PreviewSide | undefined }) {
  if (!side) return '—';
  const { results } = words;
  const isOther = other !== undefined && other.sampleId !== side.sampleId;
  const state = side.holdReason ? results.shortReasons[side.holdReason] : (side.decision ?? results.states[side.state]);
  return [isOther && side.sampleId, side.parameterName, side.value, state].filter(Boolean).join(' · ');
}
