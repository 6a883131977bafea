import { Migration } from '@mikro-orm/migrations';

/** Limits that are wider for larger plans, as replies say; and whoever asks is told what counts for each. */
export class M0022LargerPlans extends Migration {
  override name = 'm0022-larger-plans';

  override up(): void {
    for (const statement of statements) this.addSql(statement);
  }
}

const statements = [
  // The functions of the same name with fewer parameters stay: processes of the versions before still call them.
  `create function quota_take(
  quota_key text, numbers integer[], requests integer[], at_most integer[], seconds integer[], hold_keys text[],
  margin_seconds double precision, horizon_seconds double precision,
  out granted boolean, out wait_ms double precision, out slot timestamptz, out binding integer, out allowances integer[]
) language plpgsql as $$
declare
  moment timestamptz;
  earliest timestamptz;
  row_sends timestamptz[];
  used_before bigint;
  first_bucket timestamptz;
  width interval;
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
    earliest := null;
    -- What a platform said a day ago it may long have taken back.
    select least(at_most[n], told.most) into allowed from quota_told told
      where told.key = quota_key and told.limit_number = numbers[n] and told.told_at > moment - interval '1 day';
    allowed := coalesce(allowed, requests[n]);
    allowances := allowances || allowed;
    if seconds[n] <= 60 then
      select sends into row_sends from quota_ledger where key = quota_key and limit_number = numbers[n];
      if cardinality(row_sends) >= allowed then
        earliest := row_sends[cardinality(row_sends) - allowed + 1] + (seconds[n] + margin_seconds) * interval '1 second';
      end if;
    else
      width := seconds[n] * interval '1 second' / 96;
      select sum(used), min(bucket) into used_before, first_bucket from quota_buckets
        where key = quota_key and limit_number = numbers[n] and bucket > moment - seconds[n] * interval '1 second' - width;
      if used_before >= allowed then
        earliest := first_bucket + seconds[n] * interval '1 second' + width;
      end if;
    end if;
    if earliest > slot then slot := earliest; binding := n; end if;
  end loop;

  wait_ms := greatest(0, extract(epoch from slot - moment) * 1000);
  granted := wait_ms <= horizon_seconds * 1000;
  if not granted then return; end if;

  for n in 1 .. cardinality(requests) loop
    if seconds[n] <= 60 then
      update quota_ledger
        set sends = (sends || slot)[greatest(1, cardinality(sends) + 2 - at_most[n]):]
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
