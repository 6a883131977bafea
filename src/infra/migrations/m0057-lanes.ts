import { Migration } from '@mikro-orm/migrations';

/** What looks after events goes ahead of what is read for completeness, within the same limits. */
export class M0057Lanes extends Migration {
  override name = 'm0057-lanes';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  // Who `leaves_room` leaves a tenth of each limit free, and asks evenly apart once half of a long one is used, so that room comes up again and
  // again. All others take what there is, be it before slots that were given for later.
  // The functions of the same name with fewer parameters stay: processes of the versions before still call them.
  `create function quota_take(
  quota_key text, numbers integer[], requests integer[], at_most integer[], seconds integer[], hold_keys text[],
  margin_seconds double precision, horizon_seconds double precision, leaves_room boolean,
  out granted boolean, out wait_ms double precision, out slot timestamptz, out binding integer, out allowances integer[]
) language plpgsql as $$
declare
  moment timestamptz;
  earliest timestamptz;
  before timestamptz;
  kept timestamptz[];
  held integer;
  ours integer;
  past integer;
  used_before bigint;
  first_bucket timestamptz;
  width interval;
  span interval;
  allowed integer;
begin
  insert into quota_ledger (key, limit_number) select quota_key, n from unnest(numbers) n on conflict do nothing;
  perform 1 from quota_ledger where key = quota_key and limit_number = any (numbers) order by limit_number for update;
  moment := clock_timestamp();
  slot := moment;
  binding := 0;
  allowances := '{}';
  select max(until) into earliest from quota_holds where key = any (hold_keys) and until > moment;
  if earliest is not null then slot := earliest; binding := -1; end if;

  for n in 1 .. cardinality(requests) loop
    -- What a platform said a day ago it may long have taken back.
    select least(at_most[n], told.most) into allowed from quota_told told
      where told.key = quota_key and told.limit_number = numbers[n] and told.told_at > moment - interval '1 day';
    allowances := allowances || coalesce(allowed, requests[n]);
  end loop;

  -- A later slot by one limit may be too near to others by the next one.
  loop
    before := slot;
    for n in 1 .. cardinality(requests) loop
      allowed := allowances[n];
      ours := allowed;
      if leaves_room and seconds[n] >= 10 and allowed > 1 then ours := allowed - greatest(1, allowed / 10); end if;
      if seconds[n] <= 60 then
        span := (seconds[n] + margin_seconds) * interval '1 second';
        select array(select sent from unnest(sends) sent where sent > moment - span order by sent) into kept
          from quota_ledger where key = quota_key and limit_number = numbers[n];
        held := cardinality(kept);
        if ours < allowed and held > 0 then
          earliest := slot;
          if held >= ours then earliest := greatest(earliest, kept[held - ours + 1] + span); end if;
          if held * 2 >= ours then earliest := greatest(earliest, kept[held] + span / ours); end if;
          if earliest > slot then slot := earliest; binding := n; end if;
        end if;
        -- With this one among them, no stretch of the limit's length may hold too many, nor one that ends with a later slot.
        loop
          past := held;
          while past > 0 and kept[past] > slot loop past := past - 1; end loop;
          earliest := null;
          for later in 0 .. held - past loop
            exit when later >= allowed;
            continue when past - allowed + 1 + later < 1;
            if kept[past - allowed + 1 + later] + span > (case later when 0 then slot else kept[past + later] end) then
              earliest := kept[past - allowed + 1 + later] + span;
              exit;
            end if;
          end loop;
          exit when earliest is null;
          slot := earliest;
          binding := n;
        end loop;
      else
        width := seconds[n] * interval '1 second' / 96;
        select sum(used), min(bucket) into used_before, first_bucket from quota_buckets
          where key = quota_key and limit_number = numbers[n] and bucket > moment - seconds[n] * interval '1 second' - width;
        earliest := first_bucket + seconds[n] * interval '1 second' + width;
        if used_before >= ours and earliest > slot then slot := earliest; binding := n; end if;
      end if;
    end loop;
    exit when slot = before or cardinality(requests) = 1;
  end loop;

  wait_ms := greatest(0, extract(epoch from slot - moment) * 1000);
  granted := wait_ms <= horizon_seconds * 1000;
  if not granted then return; end if;

  for n in 1 .. cardinality(requests) loop
    if seconds[n] <= 60 then
      update quota_ledger
        set sends = array(select sent from unnest(sends || slot) sent
          where sent > moment - (seconds[n] + margin_seconds + 1) * interval '1 second' order by sent)
        where key = quota_key and limit_number = numbers[n];
    else
      width := seconds[n] * interval '1 second' / 96;
      insert into quota_buckets values (quota_key, numbers[n], date_bin(width, slot, timestamptz '2000-01-01Z'), 1)
        on conflict (key, limit_number, bucket) do update set used = quota_buckets.used + 1;
      delete from quota_buckets
        where key = quota_key and limit_number = numbers[n] and bucket < moment - seconds[n] * interval '1 second' - 2 * width;
    end if;
  end loop;
end $$`,
];
