import type { Config } from '../../config.js';
import { askMailServer } from '../../infra/mail.js';
import { fail, type Finding, ok, warn } from '../finding.js';

const about = 'mail';

/** Whether mails to contacts leave the house. Sends none. */
export async function checkMail({ smtpUrl }: Config): Promise<Finding> {
  if (smtpUrl === undefined)
    return warn(
      about,
      'Mails are NOT sent but kept: links and codes reach nobody by themselves.',
      'Set PATCHBAY_SMTP_URL and PATCHBAY_MAIL_FROM; until then admins and customer success pass on what the query `mails` shows.',
    );
  const trouble = await askMailServer(smtpUrl);
  const { host } = new URL(smtpUrl.reveal());
  if (trouble === undefined) return ok(about, `${host} answers and lets us hand in mails.`);
  return fail(
    about,
    `${host} does not take mails from us (${trouble}).`,
    'Check PATCHBAY_SMTP_URL, its login, and that this machine may reach it; mails wait meanwhile and are sent when it answers.',
  );
}
