/** Sizes in rem, so that they follow the reader's; nothing moves; both schemes have contrasts above 4.5 to 1. */
export const style = `:root {
  color-scheme: light dark;
  --ground: #f4f6f8; --sheet: #fff; --ink: #1b2733; --soft: #51606f; --line: #d5dce3;
  --accent: #0b5a72; --on-accent: #fff; --wash: #eaf3f6; --bad: #a3211f; --bad-wash: #fcefee; --good: #1c6b3c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11171d; --sheet: #1a222b; --ink: #e8edf2; --soft: #a9b5c1; --line: #3a4652;
    --accent: #7cc6dd; --on-accent: #06222c; --wash: #20303a; --bad: #ff9d96; --bad-wash: #3a2324; --good: #84d6a3;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; overflow-wrap: break-word; }
.frame { max-width: 40rem; margin: 0 auto; padding: 2rem min(1rem, 4vw) 3rem; }
.operator { margin: 0 0 1rem; font-weight: 650; color: var(--soft); }
main { background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; padding: min(2.25rem, 6vw); }
h1 { margin: 0 0 .75rem; font-size: 1.625rem; line-height: 1.25; letter-spacing: -.01em; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.0625rem; }
p { margin: 0 0 1rem; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
li { margin: .25rem 0; }
a { color: var(--accent); text-underline-offset: .15em; }
.soft { color: var(--soft); }
.small { font-size: .9375rem; }
.steps { display: flex; flex-wrap: wrap; gap: .375rem 1.25rem; margin: 0 0 1.5rem; padding: 0; list-style: none; font-size: .9375rem; color: var(--soft); }
.steps li { display: flex; align-items: center; gap: .5rem; margin: 0; }
.steps .mark { flex: none; display: inline-grid; place-items: center; min-width: 1.5em; height: 1.5em; border: 1px solid currentColor; border-radius: 1em; font-size: .8125rem; }
.steps [aria-current] { color: var(--ink); font-weight: 650; }
.steps [aria-current] .mark { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.facts { margin: 0 0 1.5rem; border-top: 1px solid var(--line); }
.facts > div { padding: .75rem 0; border-bottom: 1px solid var(--line); }
.facts dt { color: var(--soft); font-size: .9375rem; }
.facts dd { margin: 0; font-weight: 550; min-width: 0; }
.facts ul, .facts p { margin: 0; font-weight: 400; }
.facts p { margin-top: .375rem; }
form { margin: 0 0 1rem; }
.field { margin: 0 0 1.25rem; }
label { display: block; font-weight: 600; }
.hint { display: block; margin: 0 0 .25rem; color: var(--soft); font-size: .9375rem; }
input[type=text], input[type=password], input[type=email] {
  display: block; width: 100%; min-height: 2.75rem; margin-top: .25rem; padding: .5rem .75rem;
  border: 1px solid #7a8794; border-radius: .5rem; background: var(--sheet); color: inherit; font: inherit;
}
input.code { max-width: 12rem; font-size: 1.375rem; letter-spacing: .25em; font-variant-numeric: tabular-nums; }
input[aria-invalid=true] { border: 2px solid var(--bad); }
.fault { display: block; margin: .25rem 0 0; color: var(--bad); font-weight: 600; }
a.button { display: inline-block; text-decoration: none; }
button, a.button { min-height: 2.75rem; padding: .625rem 1.25rem; border: 1px solid var(--accent); border-radius: .5rem; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
button.second { background: transparent; color: var(--accent); }
.choice { display: flex; flex-wrap: wrap; gap: .75rem; }
.choice form { margin: 0; }
button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .375rem; }
.notice { margin: 0 0 1.5rem; padding: 1rem 1.125rem; border-left: .25rem solid var(--accent); border-radius: .375rem; background: var(--wash); }
.notice.bad { border-color: var(--bad); background: var(--bad-wash); }
.notice h2 { margin: 0 0 .25rem; }
.notice p:last-child { margin: 0; }
.way + .way { margin-top: 2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.tick { display: inline-grid; place-items: center; width: 2.75rem; height: 2.75rem; margin-bottom: .75rem; border-radius: 50%; border: 2px solid var(--good); color: var(--good); font-size: 1.375rem; }
.aside { margin: 1.5rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--line); }
.aside h2 { margin-top: 0; }
.aside > :last-child { margin-bottom: 0; }
footer { margin: 1.25rem .25rem 0; }
@media (forced-colors: active) { button, main, .notice { border: 1px solid; } }
`;
