/** Where strangers have addresses side by side. */
const families =
  /^(aol|gmx|hotmail|hushmail|inbox|live|mail|outlook|proton|rediffmail|tuta|yahoo|yandex|zoho|zohomail)\.[a-z]{2,5}(\.[a-z]{2})?$/;
const others = new Set(
  `gmail.com googlemail.com ymail.com rocketmail.com msn.com passport.com windowslive.com icloud.com me.com mac.com
   privaterelay.appleid.com protonmail.com protonmail.ch pm.me tutanota.com tutanota.de fastmail.com fastmail.fm hey.com duck.com
   mailbox.org posteo.de web.de t-online.de freenet.de arcor.de 1und1.de bluewin.ch aon.at chello.at orange.fr wanadoo.fr free.fr
   laposte.net sfr.fr neuf.fr libero.it virgilio.it tiscali.it alice.it telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl home.nl
   comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com btinternet.com
   virginmedia.com sky.com talktalk.net ntlworld.com rogers.com shaw.ca telus.net sympatico.ca bigpond.com optusnet.com.au
   uol.com.br bol.com.br terra.com.br qq.com foxmail.com 163.com 126.com yeah.net sina.com sohu.com naver.com daum.net hanmail.net
   rambler.ru list.ru bk.ru seznam.cz wp.pl o2.pl onet.pl op.pl interia.pl abv.bg ukr.net`.split(/\s+/),
);

/**
 * The domains of companies that these addresses are under, the commonest first and else by the alphabet. Where anybody gets
 * an address says nothing about a company, so such domains are left out: strangers would be taken for one.
 */
export function companyDomains(addresses: readonly (string | undefined)[]): readonly string[] {
  const domains = addresses.flatMap(address => address?.toLowerCase().split('@')[1]?.trim() ?? []);
  const counted = Map.groupBy(domains.filter(isOfCompany), domain => domain);
  return [...counted]
    .toSorted(([a, as], [b, bs]) => bs.length - as.length || (a < b ? -1 : 1))
    .map(([domain]) => domain);
}

function isOfCompany(domain: string): boolean {
  return domain !== '' && !families.test(domain) && !others.has(domain);
}
