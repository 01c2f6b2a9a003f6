-- Replaces the tokens of a user, if they are still the old ones.
-- KEYS: 1 the user's tokens. ARGV: 1 the old refresh token; 2 the new tokens.
-- Returns: 1 replaced; 0 other tokens are stored, or none.
local held = redis.call('GET', KEYS[1])
if not held then return 0 end
local read, tokens = pcall(cjson.decode, held)
if not read or type(tokens) ~= 'table' or tokens.refresh_token ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
