package io.echelon.tenants;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a function is to be built and run, as its folder's {@code edge.json} or {@code deno.json}
 * says. In {@code deno.json} the keys of Deno's own tools are passed over.
 *
 * @param name the app's name; null is the folder's
 * @param main the entry, relative to the folder; null is {@code main.*} or {@code index.*}
 * @param warm isolates kept warm, 0 to {@link Limits#WARM_MAX}
 * @param imports what import specifiers stand for; a key that ends in a slash is a prefix
 */
public record FunctionConfig(
        @Nullable AppName name,
        @Nullable String main,
        Isolation isolation,
        int warm,
        FunctionLimits limits,
        Permissions permissions,
        List<CronSpec> crons,
        Map<String, String> imports,
        @Nullable Assets assets,
        Map<String, String> env,
        Queues queues,
        Jsx jsx) {
    private static final Set<String> KEYS =
            Set.of(
                    "name",
                    "main",
                    "isolation",
                    "warm",
                    "limits",
                    "permissions",
                    "crons",
                    "imports",
                    "assets",
                    "env",
                    "queues");
    private static final Set<String> CONSUMER_KEYS =
            Set.of(
                    "queue",
                    "maxBatchSize",
                    "maxBatchWaitMs",
                    "maxConcurrency",
                    "maxRetries",
                    "retryDelayMs",
                    "deadLetterQueue");
    private static final Set<String> CRON_KEYS =
            Set.of(
                    "name",
                    "schedule",
                    "timezone",
                    "overlap",
                    "missed",
                    "jitterMs",
                    "backoffSchedule",
                    "deadlineMs");
    private static final Set<String> EDITOR_KEYS = Set.of("$schema");
    private static final Set<String> DENO_KEYS =
            Set.of(
                    "$schema",
                    "allowScripts",
                    "bench",
                    "catalog",
                    "catalogs",
                    "compile",
                    "compilerOptions",
                    "deploy",
                    "exclude",
                    "exports",
                    "fmt",
                    "importMap",
                    "include",
                    "license",
                    "links",
                    "lint",
                    "lock",
                    "minimumDependencyAge",
                    "nodeModulesDir",
                    "patch",
                    "publish",
                    "scopes",
                    "tasks",
                    "test",
                    "unstable",
                    "vendor",
                    "version",
                    "workspace");
    private static final Pattern HOST =
            Pattern.compile("(\\*\\.)?([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

    /** What holds for a folder without a configuration file. */
    public static final FunctionConfig DEFAULT = parse("edge.json", new byte[] {'{', '}'});

    public FunctionConfig {
        crons = List.copyOf(crons);
        imports = Map.copyOf(imports);
        env = Map.copyOf(env);
    }

    /**
     * Reads a configuration file, JSON with comments.
     *
     * @param fileName for error messages; {@code deno.json} and {@code deno.jsonc} may have the
     *     keys of Deno's tools
     */
    public static FunctionConfig parse(String fileName, byte[] json) {
        ConfigSection top = ConfigSection.top(fileName, json);
        boolean deno = fileName.startsWith("deno.");
        top.allow(KEYS, deno ? DENO_KEYS : EDITOR_KEYS);
        return new FunctionConfig(
                name(top, deno ? NameRule.PACKAGE : NameRule.APP),
                top.text("main"),
                isolation(top),
                top.number("warm", 0, Limits.WARM_MAX, Limits.WARM_DEFAULT),
                limits(top.section("limits")),
                permissions(top.section("permissions")),
                crons(top),
                top.textMap("imports"),
                assets(top.section("assets")),
                top.textMap("env"),
                queues(top.section("queues")),
                deno ? jsx(top.section("compilerOptions")) : Jsx.UNSET);
    }

    /** The manifest of a bundle of this function; more variables replace the file's own. */
    public Manifest manifest(
            String entry, List<BundleFile> files, Map<String, String> moreEnvironment) {
        Map<String, String> environment = new HashMap<>(env);
        environment.putAll(moreEnvironment);
        return new Manifest(
                entry,
                files,
                isolation,
                warm,
                limits,
                permissions,
                environment,
                crons,
                assets,
                queues.equals(Queues.NONE) ? null : queues);
    }

    /** What {@code name} may be. */
    private enum NameRule {
        /** An app's name, or it is refused. */
        APP,
        /** A package's; only one that is also an app's name is taken. */
        PACKAGE
    }

    private static @Nullable AppName name(ConfigSection top, NameRule rule) {
        String name = top.text("name");
        if (name == null) {
            return null;
        }
        try {
            return new AppName(name);
        } catch (EchelonException e) {
            if (rule == NameRule.PACKAGE) {
                return null;
            }
            throw top.refuse("name", e.reason());
        }
    }

    private static Isolation isolation(ConfigSection top) {
        String isolation = top.text("isolation");
        return switch (isolation) {
            case null -> Isolation.REQUEST;
            case "request" -> Isolation.REQUEST;
            case "revision" -> Isolation.REVISION;
            default ->
                    throw top.refuse(
                            "isolation",
                            "\"isolation\" is \"%s\"; it must be \"request\" or \"revision\""
                                    .formatted(isolation));
        };
    }

    private static FunctionLimits limits(@Nullable ConfigSection section) {
        if (section == null) {
            return FunctionLimits.DEFAULT;
        }
        section.allow(Set.of("cpuMs", "memoryMb", "wallMs"), Set.of());
        return new FunctionLimits(
                section.number("cpuMs", 1, Limits.CPU_MS_MAX, Limits.CPU_MS_DEFAULT),
                section.number(
                        "memoryMb",
                        Limits.MEMORY_MB_MIN,
                        Limits.MEMORY_MB_MAX,
                        Limits.MEMORY_MB_DEFAULT),
                section.number("wallMs", 1, Limits.WALL_MS_MAX, Limits.WALL_MS_DEFAULT));
    }

    private static Permissions permissions(@Nullable ConfigSection section) {
        if (section == null) {
            return Permissions.DEFAULT;
        }
        section.allow(Set.of("net", "env", "kv"), Set.of());
        List<String> hosts = section.texts("net");
        if (hosts != null) {
            for (String host : hosts) {
                if (!HOST.matcher(host).matches()) {
                    throw section.refuse(
                            "net",
                            "\"permissions.net\" has \"%s\"; write host, host:port or *.host, without https://"
                                    .formatted(host));
                }
            }
        }
        Boolean kv = section.flag("kv");
        return new Permissions(hosts, section.texts("env"), kv == null || kv);
    }

    private static List<CronSpec> crons(ConfigSection top) {
        List<CronSpec> crons = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (ConfigSection section : top.sections("crons")) {
            section.allow(CRON_KEYS, Set.of());
            String name = section.requiredText("name");
            if (!names.add(name)) {
                throw section.refuse("name", "two crons are called \"%s\"".formatted(name));
            }
            try {
                crons.add(
                        new CronSpec(
                                name,
                                section.requiredText("schedule"),
                                section.text("timezone"),
                                choice(section, "overlap", CronOverlap.class),
                                choice(section, "missed", MissedFires.class),
                                optionalNumber(section, "jitterMs", 0, Limits.CRON_JITTER_MS_MAX),
                                section.numbers("backoffSchedule", 0, Limits.BACKOFF_MS_MAX),
                                optionalNumber(
                                        section, "deadlineMs", 1, Limits.CRON_DEADLINE_MS_MAX)));
            } catch (EchelonException e) {
                throw section.refuse("name", e.reason());
            }
        }
        return crons;
    }

    private static Queues queues(@Nullable ConfigSection section) {
        if (section == null) {
            return Queues.NONE;
        }
        section.allow(Set.of("producers", "consumers"), Set.of());
        List<QueueProducer> producers = new ArrayList<>();
        for (ConfigSection producer : section.sections("producers")) {
            producer.allow(Set.of("binding", "queue"), Set.of());
            String binding = producer.requiredText("binding");
            String queue = producer.requiredText("queue");
            producers.add(in(producer, "queue", () -> new QueueProducer(binding, queue)));
        }
        List<QueueConsumption> consumers = new ArrayList<>();
        for (ConfigSection consumer : section.sections("consumers")) {
            consumers.add(consumption(consumer));
        }
        return in(section, "consumers", () -> new Queues(producers, consumers));
    }

    private static QueueConsumption consumption(ConfigSection section) {
        section.allow(CONSUMER_KEYS, Set.of());
        String queue = section.requiredText("queue");
        Integer batchSize = optionalNumber(section, "maxBatchSize", 1, Limits.QUEUE_BATCH_MAX);
        Integer wait = optionalNumber(section, "maxBatchWaitMs", 0, Limits.QUEUE_BATCH_WAIT_MS_MAX);
        Integer concurrency =
                optionalNumber(section, "maxConcurrency", 1, Limits.QUEUE_CONCURRENCY_MAX);
        Integer retries = optionalNumber(section, "maxRetries", 0, Limits.QUEUE_RETRIES_MAX);
        Integer delay = optionalNumber(section, "retryDelayMs", 0, Limits.QUEUE_RETRY_DELAY_MS_MAX);
        String dead = section.text("deadLetterQueue");
        return in(
                section,
                "queue",
                () ->
                        new QueueConsumption(
                                queue, batchSize, wait, concurrency, retries, delay, dead));
    }

    /** Makes something of a section; a refusal of it names the section's line. */
    private static <T> T in(ConfigSection section, String key, Supplier<T> making) {
        try {
            return making.get();
        } catch (EchelonException e) {
            throw section.refuse(key, e.reason());
        }
    }

    /** One of an enum's names in lower case. */
    private static <E extends Enum<E>> @Nullable E choice(
            ConfigSection section, String key, Class<E> type) {
        String text = section.text(key);
        if (text == null) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            String name = constant.name().toLowerCase(Locale.ROOT);
            if (name.equals(text)) {
                return constant;
            }
            names.add("\"" + name + "\"");
        }
        throw section.refuse(
                key,
                "\"%s%s\" is \"%s\"; it must be one of %s"
                        .formatted(section.path(), key, text, String.join(", ", names)));
    }

    private static @Nullable Integer optionalNumber(
            ConfigSection section, String key, int min, int max) {
        return section.value(key) == null ? null : section.number(key, min, max, min);
    }

    private static @Nullable Assets assets(@Nullable ConfigSection section) {
        if (section == null) {
            return null;
        }
        section.allow(Set.of("dir", "spa"), Set.of());
        Boolean spa = section.flag("spa");
        return new Assets(section.requiredText("dir"), spa != null && spa);
    }

    private static Jsx jsx(@Nullable ConfigSection section) {
        String source = section == null ? null : section.text("jsxImportSource");
        return source == null ? Jsx.UNSET : new Jsx(source);
    }
}
