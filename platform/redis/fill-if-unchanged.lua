-- Stores a value that was read from the database, unless the thing has changed, or is being changed, since.
-- KEYS[1] value   KEYS[2] generation, another one with every change   KEYS[3] fill lock   KEYS[4] change under way
-- ARGV[1] generation when the reading began   ARGV[2] value   ARGV[3] seconds to keep   ARGV[4] who holds the lock
-- Returns 1 when stored, else 0.
-- Atomic: a slow reader never puts an old value over a change, nor a reader between a change and its announcement.
if redis.call('GET', KEYS[3]) == ARGV[4] then redis.call('DEL', KEYS[3]) end
if redis.call('EXISTS', KEYS[4]) == 1 then return 0 end
if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
