// ends: startupFailed
for (;;);
