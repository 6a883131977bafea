import type { ServerResponse } from 'node:http';

export interface ConsentPage {
  /** Names the request that is being answered. */
  readonly request: string;
  readonly action: string;
  readonly account: string;
  readonly client: string;
  readonly scopes: readonly string[];
  /** Why the last answer did not do. */
  readonly complaint?: string | undefined;
}

/** Who signs in, what the app may do, yes or no: all that a real platform asks in several steps. */
export function consentPage({ request, action, account, client, scopes, complaint }: ConsentPage): string {
  const boxes = scopes.map(
    scope => `<label><input type="checkbox" name="scope" value="${escaped(scope)}" checked> ${escaped(scope)}</label>`,
  );
  return page(
    'Let an app in',
    `${complaint ? `<p role="alert">${escaped(complaint)}</p>` : ''}
    <p>The app <strong>${escaped(client)}</strong> asks for access to your company's account.</p>
    <form method="post" action="${escaped(action)}">
      <input type="hidden" name="request" value="${escaped(request)}">
      <p><label>Company account <input name="account" value="${escaped(account)}" required></label></p>
      <fieldset><legend>Sign in as</legend>
        <label><input type="radio" name="person" value="admin" checked> Technical administrator</label>
        <label><input type="radio" name="person" value="user"> Plain user</label>
      </fieldset>
      ${boxes.length > 0 ? `<fieldset><legend>The app may</legend>${boxes.join('')}</fieldset>` : ''}
      <p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></p>
    </form>`,
  );
}

/** For requests that must not lead back to the app, since nobody knows whose address it is. */
export function refusalPage(reason: string): string {
  return page('This cannot be done', `<p role="alert">${escaped(reason)}</p>`);
}

export function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html;charset=UTF-8', 'cache-control': 'no-store' }).end(html);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – sandbox</title>
<style>body{font:1rem/1.5 sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem}fieldset label{display:block}</style>
</head>
<body><main><h1>${title}</h1>${body}</main></body>
</html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`);
}
