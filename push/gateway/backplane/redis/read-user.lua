-- Tells whether a user is signed in anywhere.
-- KEYS[1] the user's place: holder -> sockets
-- Returns {1 or 0, version as text}: versions grow with time, as those of what `hold.lua` tells.
local now = redis.call('TIME')
return {redis.call('EXISTS', KEYS[1]), string.format('%d%06d', now[1], now[2])}
