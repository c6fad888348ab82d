-- Lets somebody go on, and later ones wait: a number of times are free, then each wait is twice the one before.
-- KEYS[1] what is counted
-- ARGV[1] free times   ARGV[2] ms of the first wait   ARGV[3] ms of the longest wait   ARGV[4] ms until all is forgotten
-- Returns 0 when the caller may go on, else the ms until somebody may.
-- Atomic: two at once count as two. The clock is that of Redis, the same for all processes.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local seen = redis.call('HMGET', KEYS[1], 'times', 'from')
local from = tonumber(seen[2]) or 0
if now < from then return from - now end
local times = (tonumber(seen[1]) or 0) + 1
local beyond = times - tonumber(ARGV[1])
local wait = 0
if beyond >= 0 then wait = math.min(tonumber(ARGV[3]), tonumber(ARGV[2]) * 2 ^ math.min(beyond, 30)) end
redis.call('HSET', KEYS[1], 'times', times, 'from', string.format('%.0f', now + wait))
redis.call('PEXPIRE', KEYS[1], ARGV[4], 'NX')
return 0
