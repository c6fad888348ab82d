#!lua flags=allow-oom
-- Takes a lease that nobody holds. Allowed when Redis is full: a worker that empties queues must get at them.
-- KEYS[1] lease   ARGV[1] holder   ARGV[2] milliseconds to hold it
-- Returns 1 when it was free, else 0.
-- Atomic.
if redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return 1 end
return 0
