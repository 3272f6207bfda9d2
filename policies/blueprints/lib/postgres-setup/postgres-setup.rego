# What every database of the embedded kind has before any contract: a schema of its own with the functions that the
# migrations call. Text without a single value of an author in it.
package dappmesh.blueprints.lib.postgres_setup

# Role that every role made here belongs to; by it those are found that are no longer wanted.
group := "dappmesh_readers"

sql := `create schema if not exists dappmesh;
revoke all on schema dappmesh from public;
create table if not exists dappmesh.migration (digest text primary key, applied timestamptz not null default now());
create table if not exists dappmesh.run (flow text, digest text, finished timestamptz not null, primary key (flow, digest));
create table if not exists dappmesh.pseudonym (key text not null);

-- Makes a role, or brings it back to what it may be. Without a password nobody can log in as it.
create or replace function dappmesh.reader(name text, secret text, connections integer) returns void language plpgsql as $$
begin
  if not exists (select from pg_roles where rolname = name) then
    execute format('create role %I', name);
  end if;
  execute format('alter role %I nosuperuser nocreatedb nocreaterole noreplication nobypassrls inherit connection limit %s %s',
    name, connections, case when secret is null then 'nologin' else format('login password %L', secret) end);
  execute format('grant connect on database %I to %I', current_database(), name);
end $$;

-- Ends the sessions of roles that are not wanted any more and drops them, with everything that was granted to them.
create or replace function dappmesh.close(wanted text[]) returns void language plpgsql as $$
declare
  name text;
begin
  for name in select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.member
    join pg_roles g on g.oid = m.roleid where g.rolname = 'dappmesh_readers' and r.rolname <> all (wanted)
  loop
    perform pg_terminate_backend(pid) from pg_stat_activity where usename = name;
    execute format('drop owned by %I', name);
    execute format('drop role %I', name);
  end loop;
  for name in select nspname from pg_namespace where nspname like 'port\_%' loop
    execute format('drop schema %I cascade', name);
  end loop;
end $$;

-- Gives a table the primary key that it does not have yet.
create or replace function dappmesh.key(target regclass, columns text[]) returns void language plpgsql as $$
begin
  if cardinality(columns) > 0 and not exists (select from pg_constraint where conrelid = target and contype = 'p') then
    execute format('alter table %s add primary key (%s)', target,
      (select string_agg(quote_ident(c), ', ' order by n) from unnest(columns) with ordinality as u (c, n)));
  end if;
end $$;

-- Demands values in these columns and in no other. Where rows without one exist already, it demands them of new rows.
create or replace function dappmesh.require(target regclass, required text[]) returns void language plpgsql as $$
declare
  col record;
  rule text;
begin
  for col in select attname, attnum, attnotnull from pg_attribute where attrelid = target and attnum > 0 and not attisdropped
  loop
    rule := 'required_' || md5(col.attname);
    if col.attname = any (required) then
      begin
        execute format('alter table %s alter column %I set not null', target, col.attname);
        execute format('alter table %s drop constraint if exists %I', target, rule);
      exception when not_null_violation then
        execute format('alter table %s drop constraint if exists %I', target, rule);
        execute format('alter table %s add constraint %I check (%I is not null) not valid', target, rule, col.attname);
      end;
    elsif not exists (select from pg_constraint where conrelid = target and contype = 'p' and col.attnum = any (conkey)) then
      execute format('alter table %s drop constraint if exists %I', target, rule);
      execute format('alter table %s alter column %I drop not null', target, col.attname);
    end if;
  end loop;
end $$;

-- Keeps these columns free of duplicates, each by itself, and no other.
create or replace function dappmesh.unique(target regclass, columns text[]) returns void language plpgsql as $$
declare
  name text;
begin
  for name in select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indexrelid
    where indrelid = target and relname like 'unique\_%'
      and relname not in (select 'unique_' || md5(target::oid::text || '.' || c) from unnest(columns) as u (c))
  loop
    execute format('drop index %s', name);
  end loop;
  foreach name in array columns loop
    continue when exists (select from pg_constraint join pg_attribute on attrelid = conrelid and conkey = array[attnum]
      where conrelid = target and contype = 'p' and attname = name);
    execute format('create unique index if not exists %I on %s (%I)', 'unique_' || md5(target::oid::text || '.' || name), target, name);
  end loop;
end $$;
`
