import type { Page } from 'playwright-core';
import type { ConsentAnswer } from './consent.js';

/** Answers the consent page that a browser shows, by keyboard alone; it then leads back to the app by itself. */
export async function consentInBrowser(page: Page, answer: ConsentAnswer = {}): Promise<void> {
  const { account, person = 'admin', scopes, decision = 'allow' } = answer;
  const field = page.getByLabel('Company account');
  await field.waitFor();
  if (account !== undefined) {
    await field.focus();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(account);
  }
  if (person === 'user') {
    await page.getByLabel('Technical administrator').focus();
    await page.keyboard.press('ArrowDown');
  }
  for (const box of await page.getByRole('checkbox').all()) {
    const wanted = scopes === undefined || scopes.includes((await box.getAttribute('value')) ?? '');
    if (wanted === (await box.isChecked())) continue;
    await box.focus();
    await page.keyboard.press('Space');
  }
  await page.getByRole('button', { name: decision === 'allow' ? 'Allow' : 'Deny' }).focus();
  await page.keyboard.press('Enter');
}
