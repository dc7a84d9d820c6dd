// ends: startupFailed
throw { toString() { for (;;); }, get stack() { for (;;); }, get message() { for (;;); } };
