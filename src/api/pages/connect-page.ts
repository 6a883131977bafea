import type { LinkFacts, StepSeen, WayIn } from '../../access/index.js';
import type { PageTexts } from '../../texts/page.js';
import { type Html, html } from './html.js';
import { sheet } from './layout.js';

type Problem = StepSeen['problem'];
type At<S extends StepSeen['step']> = Extract<StepSeen, { readonly step: S }>;

export interface Shown {
  readonly seen: StepSeen;
  /** Goes along with every form: another site does not know it. */
  readonly formKey: string;
  readonly texts: PageTexts;
  /** The guest wants to name a colleague. */
  readonly wantsColleague: boolean;
}

type Writing = Pick<Shown, 'formKey' | 'texts'>;

/** The page at the step where the guest stands. */
export function connectPage({ seen, wantsColleague, ...writing }: Shown): string {
  switch (seen.step) {
    case 'intro':
      return intro(seen, writing);
    case 'code':
      return code(seen, writing);
    case 'ways-in':
      return wantsColleague || seen.problem?.kind === 'colleague' ? colleague(seen, writing) : waysIn(seen, writing);
    case 'confirm':
      return confirm(seen, writing);
    case 'done':
      return done(seen, writing);
  }
}

function intro({ about }: { readonly about: LinkFacts }, { formKey, texts }: Writing): string {
  const { operator, askedBy, customer, platform, purpose, expectedAccount, codeGoesTo } = about;
  const title = texts.intro.title(purpose, platform);
  const body = html`<h1>${title}</h1>
<p>${texts.intro.lead(about)}</p>
<dl class="facts">
<div><dt>${texts.intro.who}</dt><dd>${texts.intro.asker(askedBy, operator)}</dd></div>
<div><dt>${texts.intro.forWhom}</dt><dd>${customer}</dd></div>
<div><dt>${texts.intro.platform}</dt><dd>${platform}</dd></div>
<div><dt>${texts.intro.account}</dt><dd>${expectedAccount ?? texts.intro.anyAccount}</dd></div>
<div><dt>${texts.intro.reads}</dt><dd><ul>${readings(about, texts)}</ul><p class="soft small">${texts.intro.readsOnly(platform)}</p></dd></div>
</dl>
${codeGoesTo && html`<p>${texts.intro.code(codeGoesTo)}</p>`}
${form('/connect/start', formKey, html`<button>${codeGoesTo ? texts.intro.button : texts.intro.goOn}</button>`)}
${codeGoesTo && html`<div class="aside"><h2>${texts.intro.notMe}</h2><p class="soft">${texts.intro.notMeText}</p></div>`}`;
  return sheet({ texts, title, operator, body, step: { at: 0, platform, byTicket: codeGoesTo === undefined } });
}

function readings({ reads }: LinkFacts, texts: PageTexts): Html[] {
  return reads.flatMap(capability => texts.reads(capability) ?? []).map(text => html`<li>${text}</li>`);
}

function code({ about, problem }: Pick<StepSeen, 'about' | 'problem'>, { formKey, texts }: Writing): string {
  const { operator, platform, codeGoesTo } = about;
  const { title } = texts.code;
  const fault = codeFault(problem, operator, texts);
  const entry = html`<div class="field"><label for="code">${texts.code.field}</label>
<span class="hint" id="code-hint">${texts.code.hint}</span>
<input class="code" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required autofocus spellcheck="false" maxlength="12" aria-describedby="code-hint${fault && ' code-fault'}"${fault && html` aria-invalid="true"`}>
${fault && html`<span class="fault" id="code-fault" role="alert">${fault}</span>`}</div>
<button>${texts.code.button}</button>`;
  const body = html`<h1>${title}</h1>
<p>${texts.code.lead(codeGoesTo ?? '')}</p>
${form('/connect/code', formKey, entry)}
<div class="aside"><p class="soft">${texts.code.nothingCame}</p>
${form('/connect/code/again', formKey, html`<button class="second">${texts.code.again}</button>`)}</div>`;
  return sheet({
    texts,
    title,
    operator,
    body,
    step: { at: 0, platform, byTicket: codeGoesTo === undefined },
    hasProblem: fault !== undefined,
  });
}

function codeFault(problem: Problem, operator: string, texts: PageTexts): string | undefined {
  switch (problem?.kind) {
    case 'wrong-code':
      return texts.code.wrong(problem.left);
    case 'code-over':
      return texts.code.over;
    case 'code-too-soon':
      return texts.code.tooSoon;
    case 'no-more-codes':
      return texts.code.noMore(operator);
    default:
      return undefined;
  }
}

function waysIn(
  { about, problem, methods, colleague: named, brings }: At<'ways-in'>,
  { formKey, texts }: Writing,
): string {
  const { operator, platform, expectedAccount } = about;
  const title = texts.waysIn.title(platform);
  const notice =
    named && html`<div class="notice" role="status"><p>${texts.waysIn.waits(named.name, operator)}</p></div>`;
  const expected = expectedAccount && html`<p>${texts.waysIn.expected(expectedAccount)}</p>`;
  const body = html`<h1>${title}</h1>
${problemNotice(problem, about, texts)}
${notice}
${expected}
<h2>${texts.waysIn.before}</h2>
<ul>${brings.map(sentence => html`<li lang="en">${sentence}</li>`)}</ul>
${methods.map(method => way(method, { about, formKey, texts, isOnly: methods.length === 1 }))}
${about.codeGoesTo && html`<div class="aside"><p><a href="/connect?colleague">${texts.waysIn.notMe}</a></p></div>`}`;
  return sheet({
    texts,
    title,
    operator,
    body,
    step: { at: 1, platform, byTicket: about.codeGoesTo === undefined },
    hasProblem: problem !== undefined,
  });
}

function problemNotice(
  problem: Problem,
  { operator, expectedAccount = '' }: LinkFacts,
  texts: PageTexts,
): Html | undefined {
  if (problem?.kind === 'mismatch')
    return html`<div class="notice bad" role="alert"><h2>${texts.waysIn.mismatchTitle}</h2>
<p>${texts.waysIn.mismatch(problem.found, expectedAccount)}</p><p>${texts.waysIn.mismatchRemedy(operator)}</p></div>`;
  if (problem?.kind !== 'form') return undefined;
  return html`<div class="notice bad" role="alert"><h2>${texts.problem}</h2>
<div lang="en"><p>${problem.message}</p>${problem.remedy && html`<p>${problem.remedy}</p>`}</div></div>`;
}

interface WayPlace extends Writing {
  readonly about: LinkFacts;
  /** Then it needs no name. */
  readonly isOnly: boolean;
}

/** One way in: its values are tried at the platform when they are sent, or one goes there. */
function way(method: WayIn, { about: { platform }, formKey, texts, isOnly }: WayPlace): Html {
  const { at, label } = method;
  const chosen = html`<input type="hidden" name="method" value="${at}">`;
  if (method.kind === 'sign-in')
    return html`<section class="way"><p>${texts.waysIn.signIn(platform)}</p>
${form('/connect/sign-in', formKey, html`${chosen}<button>${texts.waysIn.signInButton(label, platform)}</button>`)}</section>`;
  const inputs = method.fields.map(({ name, label: called, hint }) => {
    const id = `way-${at}-${name}`;
    return html`<div class="field"><label for="${id}" lang="en">${called}</label>
${hint && html`<span class="hint" id="${id}-hint" lang="en">${hint}</span>`}
<input id="${id}" name="secret.${name}" type="password" autocomplete="off" spellcheck="false" required maxlength="4096"${hint && html` aria-describedby="${id}-hint"`}></div>`;
  });
  const inside = html`${chosen}${inputs}
<p class="soft small">${texts.waysIn.safe(platform)}</p><button>${texts.waysIn.button}</button>`;
  const title = isOnly ? undefined : html`<h2 lang="en">${label}</h2>`;
  return html`<section class="way">${title}${form('/connect/keys', formKey, inside)}</section>`;
}

function colleague({ about, problem }: At<'ways-in'>, { formKey, texts }: Writing): string {
  const { operator, platform } = about;
  const { title } = texts.colleague;
  const wrong = problem?.kind === 'colleague' ? problem.field : undefined;
  const field = (name: 'name' | 'email', type: 'text' | 'email') => {
    const fault = wrong === name ? texts.colleague.wrong[name] : undefined;
    return html`<div class="field"><label for="${name}">${texts.colleague[name]}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="off" required maxlength="254"${fault && html` aria-invalid="true" aria-describedby="${name}-fault" autofocus`}>
${fault && html`<span class="fault" id="${name}-fault" role="alert">${fault}</span>`}</div>`;
  };
  const body = html`<h1>${title}</h1>
<p>${texts.colleague.lead(operator, platform)}</p>
${form('/connect/colleague', formKey, html`${field('name', 'text')}${field('email', 'email')}<button>${texts.colleague.button}</button>`)}
<div class="aside"><p><a href="/connect">${texts.colleague.back}</a></p></div>`;
  return sheet({
    texts,
    title,
    operator,
    body,
    step: { at: 1, platform, byTicket: about.codeGoesTo === undefined },
    hasProblem: wrong !== undefined,
  });
}

function confirm({ about, proposalId, account, warnings }: At<'confirm'>, { formKey, texts }: Writing): string {
  const { operator, platform, customer } = about;
  const { title } = texts.confirm;
  const notes = warnings.map(({ message, remedy }) => html`<p lang="en">${message} ${remedy}</p>`);
  const body = html`<h1>${title}</h1>
<p>${texts.confirm.lead(platform)}</p>
<dl class="facts">
<div><dt>${texts.intro.platform}</dt><dd>${platform}</dd></div>
<div><dt>${texts.confirm.account}</dt><dd>${account}</dd></div>
<div><dt>${texts.confirm.forWhom}</dt><dd>${customer}</dd></div>
</dl>
${notes.length > 0 ? html`<div class="notice" role="status"><h2>${texts.confirm.note}</h2>${notes}</div>` : undefined}
<div class="choice">${form('/connect/confirm', formKey, html`<input type="hidden" name="proposal" value="${proposalId}"><button>${texts.confirm.yes}</button>`)}
${form('/connect/reject', formKey, html`<button class="second">${texts.confirm.no}</button>`)}</div>`;
  return sheet({ texts, title, operator, body, step: { at: 2, platform, byTicket: about.codeGoesTo === undefined } });
}

function done({ about, account }: At<'done'>, { texts }: Writing): string {
  const { operator, platform } = about;
  const { title } = texts.done;
  const body = html`<span class="tick" aria-hidden="true">✓</span><h1>${title}</h1>
<p role="status">${texts.done.lead(platform, account)}</p><p>${texts.done.rest(operator)}</p>`;
  return sheet({ texts, title, operator, body });
}

function form(action: string, formKey: string, inside: Html): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="form" value="${formKey}">${inside}</form>`;
}
