-- Renews or gives up a lease, only for the one who holds it.
-- KEYS[1] lease   ARGV[1] holder   ARGV[2] milliseconds to hold on, 0 to give it up
-- Returns 1 when the holder was right, else 0.
-- Atomic: a lease that has passed to another in between is left alone.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
