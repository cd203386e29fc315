import { Choice } from './fields.tsx';

/** The reader's time zone. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

const RANGES = [7, 30, 90, 365] as const;
const DAY = 86_400_000;

/** The days of the reader's calendar up to today, as 2026-11-27. */
export function lastDays(count: number): readonly string[] {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE });
  return Array.from({ length: count }, (_, index) => format.format(Date.now() - (count - 1 - index) * DAY));
}

/** How many days a chart shows. */
export function DaysChoice({ days, onChange }: { readonly days: number; readonly onChange: (days: number) => void }) {
  return (
    <Choice
      label="Days shown"
      value={String(days)}
      options={RANGES.map((range) => [String(range), `${range} days`] as const)}
      onChange={(range) => onChange(Number(range))}
    />
  );
}
