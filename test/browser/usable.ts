import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** Where pictures of every state are put, when SHOTS names a folder. */
const shots = process.env['SHOTS'];

/**
 * Nothing that axe knows to be in somebody's way, in the light and in the dark; nothing beyond the edge and nothing cut off,
 * however narrow, large or wide apart.
 */
export async function expectUsable(page: Page, state: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), `${state}, ${colorScheme}`).toEqual([]);
    await shoot(page, `${state} ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const size = page.viewportSize() ?? { width: 1_280, height: 800 };
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await outOfSight(page), `${state}, 320 pixels wide`).toEqual([]);
  await shoot(page, `${state} narrow`);
  // Through the object model, since the page allows no style of others.
  await page.evaluate(`document.styleSheets[0].insertRule('${wideApart}')`);
  expect(await outOfSight(page), `${state}, 320 pixels wide with text wide apart`).toEqual([]);
  await page.evaluate('document.styleSheets[0].deleteRule(0)');
  await page.evaluate("document.documentElement.style.fontSize = '200%'");
  expect(await outOfSight(page), `${state}, 320 pixels wide with text of 200 %`).toEqual([]);
  await shoot(page, `${state} large`);
  await page.setViewportSize(size);
  expect(await outOfSight(page), `${state}, text of 200 %`).toEqual([]);
  await page.evaluate("document.documentElement.style.fontSize = ''");
}

/** The same of a mail, which has the widths of a desk and of a phone, and no say in how large its text is. */
export async function expectReadable(page: Page, state: string): Promise<void> {
  for (const [device, width] of Object.entries({ desktop: 1_280, phone: 360 })) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const where = `${state}, ${device}, ${colorScheme}`;
      expect(await violations(page), where).toEqual([]);
      expect(await outOfSight(page), where).toEqual([]);
      await shoot(page, where);
    }
  }
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(tags)} } }).then(({ violations }) => violations)`,
  )) as { id: string; nodes: { html: string; failureSummary: string }[] }[];
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
}

/** What readers may ask for: WCAG 2.1, 1.4.12. */
const wideApart =
  '@media all { * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; } }';

/** What stands out of the window to a side, and what has more in it than it has room for. */
function outOfSight(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('body *')].filter(each => {
    const { left, right } = each.getBoundingClientRect();
    const isTight = each.clientWidth > 0 && each.tagName !== 'INPUT' &&
      (each.scrollWidth > each.clientWidth + 1 || (getComputedStyle(each).overflowY !== 'visible' && each.scrollHeight > each.clientHeight + 1));
    return left < -1 || right > document.documentElement.clientWidth + 1 || isTight;
  }).map(each => each.outerHTML.slice(0, 100)).concat(
    document.documentElement.scrollWidth > document.documentElement.clientWidth ? ['the page scrolls sideways'] : [])`);
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
