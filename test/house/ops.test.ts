/** The dashboard and the rules name what is measured, and nothing else. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Instrument, instruments } from '../../src/core/metrics.js';
import { openMetrics } from '../../src/infra/metrics.js';
import { RunStatus } from '../../src/runs/index.js';

const read = (file: string): string => readFileSync(new URL(`../../ops/${file}`, import.meta.url), 'utf8');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
const dashboard = JSON.parse(read('grafana-dashboard.json'));
const panels: readonly Panel[] = dashboard.panels;
interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string };
}
const rules: readonly Rule[] = parse(read('prometheus-rules.yml')).groups.flatMap(
  (group: { rules: Rule[] }) => group.rules,
);

const expressions = [
  ...panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }) => ({ where: title, expr, shown: legendFormat })),
  ),
  ...rules.map(({ alert, expr, annotations }) => ({
    ...{ where: alert, expr },
    shown: Object.values(annotations).join(' ').replaceAll('$labels.', ''),
  })),
];

/** What Prometheus adds by itself. */
const added = ['le', 'instance', 'job'];
/** How a metric is named in the text that is collected; the instrument behind it. */
const series = new Map<string, Instrument>(
  Object.entries<Instrument>(instruments).flatMap(([name, instrument]) =>
    instrument.kind === 'histogram'
      ? ['bucket', 'sum', 'count'].map(part => [`${name}_${part}`, instrument] as const)
      : [[name, instrument] as const],
  ),
);
const used = (expr: string): string[] => expr.match(/\b(patchbay|process|nodejs)_\w+/g) ?? [];

test('every metric of the dashboard and the rules is one that is shown at /metrics', async () => {
  const around = new Set((await openMetrics().text()).match(/^(process|nodejs)_\w+/gm));
  const names = expressions.flatMap(({ where, expr }) => used(expr).map(name => ({ where, name })));

  expect(names.length).toBeGreaterThan(60);
  expect(names.filter(({ name }) => !series.has(name) && !around.has(name))).toEqual([]);
  const variables = dashboard.templating.list.map((one: { definition?: string }) => one.definition ?? '').join(' ');
  for (const name of used(variables)) expect([...series.keys()]).toContain(name);
});

test('every label is one of its metric, with a value that it can have', () => {
  for (const { where, expr } of expressions) {
    for (const [, name = '', inner = ''] of expr.matchAll(/\b(patchbay_\w+)\{([^}]*)\}/g)) {
      const { labels = [], help = '' } = series.get(name) ?? {};
      for (const [, label = '', value = ''] of inner.matchAll(/(\w+)\s*[=!]~?\s*"([^"]*)"/g)) {
        expect([...labels, ...added], `${where}: ${name}`).toContain(label);
        const known = label === 'role' ? 'api worker all' : `${help} ${Object.values(RunStatus).join(' ')}`;
        for (const one of value.startsWith('$') ? [] : value.split('|')) expect(known, where).toMatch(one);
      }
    }
    const all = [...added, ...used(expr).flatMap(name => series.get(name)?.labels ?? [])];
    for (const [, by = ''] of expr.matchAll(/\bby \(([^)]*)\)/g))
      for (const label of by.split(',')) expect(all, where).toContain(label.trim());
  }
});

test('a legend or text shows only labels that are left after adding up', () => {
  for (const { where, expr, shown } of expressions) {
    const by = Array.from(expr.matchAll(/\bby \(([^)]*)\)/g), ([, labels = '']) => labels.split(/, */)).flat();
    const isSummed = /\b(sum|max|count|absent)\b/.test(expr);
    for (const [, label = ''] of shown.matchAll(/\{\{ ?(\w+) ?\}\}/g))
      expect(isSummed ? by : added, `${where}: ${label}`).toContain(label);
    expect(expr.match(/\(/g)?.length, where).toBe(expr.match(/\)/g)?.length);
  }
});

test('what is the same in every process is never added up, and counters are only seen as rates', () => {
  for (const { where, expr } of expressions) {
    for (const name of used(expr)) {
      const { kind, help = '' } = series.get(name) ?? {};
      if (/take the (maximum|minimum)/.test(help)) expect(expr, where).not.toContain('sum');
      if (kind === 'counter' || kind === 'histogram') expect(expr, where).toMatch(/\b(rate|increase)\(/);
    }
  }
});

test('the dashboard can be read: panels have names, reasons and places of their own', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { title, type, description, gridPos } of panels) {
    expect(title).not.toBe('');
    if (type !== 'row') expect(description, title).toMatch(/\.$/);
    expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        expect(taken, title).not.toContain(`${x}/${y}`);
        taken.add(`${x}/${y}`);
      }
  }
});

test('every rule says how much it matters, what it is about and what to do', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  for (const { alert, labels, annotations, for: duration } of rules) {
    expect(alert).toMatch(/^Patchbay[A-Z]\w+$/);
    expect(['page', 'warning', 'none'], alert).toContain(labels.severity);
    expect(annotations.summary, alert).toMatch(/\.$/);
    expect(annotations.description.length, alert).toBeGreaterThan(20);
    if (duration !== undefined) expect(duration).toMatch(/^\d+[mh]$/);
  }
});
