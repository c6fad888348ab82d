-- Puts a shard of a rain that was loaded in place, not yet open.
-- KEYS[1] rain:{b}:id   KEYS[2] rain-packets:{b}:id   KEYS[3] rain-loading:{b}:id:loader
-- ARGV[1] room   ARGV[2] packets a viewer   ARGV[3] packets that were loaded   ARGV[4] seconds to keep it
-- ARGV[5] packets of this shard, those among them that viewers have already
-- Returns 1, 0 when another loader was first, or -1 when other than ARGV[3] packets were loaded: then they are dropped.
-- Atomic: a shard is loaded whole and once, however many load it.
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('UNLINK', KEYS[3])
  return 0
end
if redis.call('LLEN', KEYS[3]) ~= tonumber(ARGV[3]) then
  redis.call('UNLINK', KEYS[3])
  return -1
end
if ARGV[3] ~= '0' then
  redis.call('RENAME', KEYS[3], KEYS[2])
  redis.call('EXPIRE', KEYS[2], ARGV[4])
end
redis.call('HSET', KEYS[1], 'room', ARGV[1], 'max', ARGV[2], 'count', ARGV[5], 'open', '0')
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
