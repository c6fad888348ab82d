-- Hands out who came to and left the channels of an app in one partition, and forgets what was handed out before.
-- KEYS[1] visits of the app   KEYS[2] totals of the app: channel -> viewers
-- ARGV[1] the last visit that is done with, or '0'   ARGV[2] at most so many
-- Returns {visits after that one, oldest first: {id, {channel, JSON of {came, left}}}, the totals or false when more follow,
--   1 when nothing between is missing, else 0}.
-- Atomic: the totals are those after the last visit that is handed out.
local isWhole = ARGV[1] == '0' or #redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1]) == 1
-- The one that is done with stays: that it is there says that none was lost after it.
redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1])
local visits = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
local totals = #visits < tonumber(ARGV[2]) and redis.call('HGETALL', KEYS[2])
return {visits, totals, isWhole and 1 or 0}
