import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** Where pictures of every state are put, when SHOTS names a folder. */
const shots = process.env['SHOTS'];

/** Nothing that axe knows to be in somebody's way, in the light and in the dark; nothing beyond the edge, however narrow or large. */
export async function expectUsable(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), `${state}, ${colorScheme}`).toEqual([]);
    await shoot(page, `${state} ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const size = page.viewportSize() ?? { width: 1_280, height: 800 };
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await beyondTheEdge(page), `${state}, 320 pixels wide`).toBeLessThanOrEqual(0);
  await shoot(page, `${state} narrow`);
  // Through the object model, since the page allows no style of others.
  await page.evaluate("document.documentElement.style.fontSize = '200%'");
  expect(await beyondTheEdge(page), `${state}, 320 pixels wide with text of 200 %`).toBeLessThanOrEqual(0);
  await shoot(page, `${state} large`);
  await page.evaluate("document.documentElement.style.fontSize = ''");
  await page.setViewportSize(size);
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(tags)} } }).then(({ violations }) => violations)`,
  )) as { id: string; nodes: { html: string; failureSummary: string }[] }[];
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}

/** How many pixels of the page stand out to the right. */
function beyondTheEdge(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

async function shoot(page: Page, name: string): Promise<void> {
  if (shots === undefined) return;
  await mkdir(shots, { recursive: true });
  await page.screenshot({ path: path.join(shots, `${name.replaceAll(/\W+/g, '-')}.png`), fullPage: true });
}

/** Goes there with the tabulator key, as somebody without a mouse does, and sees where they are. */
export async function tabTo(page: Page, name: string): Promise<void> {
  for (let n = 0; n < 25; n++) {
    await page.keyboard.press('Tab');
    const at = (await page.evaluate(`(() => {
      const at = document.activeElement;
      const label = at.labels && at.labels[0] ? at.labels[0].innerText : at.innerText;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      return { label: (label || '').trim(), isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
    })()`)) as { label: string; isSeen: boolean };
    if (at.label !== name) continue;
    expect(at.isSeen, `the focus on ${name}`).toBe(true);
    return;
  }
  throw new Error(`The tabulator key never came to ${name}.`);
}
