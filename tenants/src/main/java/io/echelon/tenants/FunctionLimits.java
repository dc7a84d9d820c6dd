package io.echelon.tenants;

/**
 * What one isolate may use.
 *
 * @param cpuMs CPU time a request, in milliseconds, 1 to {@link Limits#CPU_MS_MAX}
 * @param memoryMb retained memory, in MiB, {@link Limits#MEMORY_MB_MIN} to {@link
 *     Limits#MEMORY_MB_MAX}
 * @param wallMs time to the response's head, in milliseconds, 1 to {@link Limits#WALL_MS_MAX}
 */
public record FunctionLimits(int cpuMs, int memoryMb, int wallMs) {
    public static final FunctionLimits DEFAULT =
            new FunctionLimits(
                    Limits.CPU_MS_DEFAULT, Limits.MEMORY_MB_DEFAULT, Limits.WALL_MS_DEFAULT);

    public FunctionLimits {
        Checks.range("limits.cpuMs", cpuMs, 1, Limits.CPU_MS_MAX);
        Checks.range("limits.memoryMb", memoryMb, Limits.MEMORY_MB_MIN, Limits.MEMORY_MB_MAX);
        Checks.range("limits.wallMs", wallMs, 1, Limits.WALL_MS_MAX);
    }
}
