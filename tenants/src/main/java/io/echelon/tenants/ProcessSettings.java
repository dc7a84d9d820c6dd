package io.echelon.tenants;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a process of the platform is told: by its environment and, where that says nothing, by the
 * file of {@code NAME=value} lines that {@code ECHELON_CONFIG_FILE} names.
 *
 * @param values all variables, those of the file among them
 * @param file null when there is none
 * @param shadowed names that the file has in vain, since the environment has them
 */
public record ProcessSettings(
        Map<String, String> values, @Nullable Path file, Set<String> shadowed) {
    /** The variable that names the file. */
    public static final String FILE = "ECHELON_CONFIG_FILE";

    private static final String PREFIX = "ECHELON_";
    private static final Pattern SECRET =
            Pattern.compile(".*(_KEY|_TOKEN|_SECRET|_PASSWORD|_HEADERS?)");
    private static final Pattern CREDENTIALS = Pattern.compile("//[^/@\\s]+@");
    private static final String MASK = "***";

    public ProcessSettings {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
        shadowed = Collections.unmodifiableSet(new TreeSet<>(shadowed));
    }

    /**
     * One setting that is not what it was.
     *
     * @param before null when it was not set
     * @param after null when it is not set any more
     */
    public record Change(String name, @Nullable String before, @Nullable String after) {
        /** Old and new, without what is secret. */
        @Override
        public String toString() {
            return "%s: %s -> %s".formatted(name, shown(name, before), shown(name, after));
        }
    }

    /**
     * Reads the file that an environment names, if it names one.
     *
     * @throws EchelonException with code {@code INVALID_CONFIGURATION} when it cannot be read or
     *     has something that is no setting
     */
    public static ProcessSettings read(Map<String, String> environment) {
        String named = environment.get(FILE);
        if (named == null || named.isBlank()) {
            return new ProcessSettings(environment, null, Set.of());
        }
        Path file = Path.of(named);
        Map<String, String> values = new TreeMap<>(environment);
        Set<String> shadowed = new TreeSet<>();
        variables(file)
                .forEach(
                        (name, value) -> {
                            if (!name.startsWith(PREFIX) || name.equals(FILE)) {
                                throw refuse(
                                        "%s has %s, which is no setting; settings begin with %s"
                                                .formatted(file, name, PREFIX));
                            }
                            if (environment.containsKey(name)) {
                                shadowed.add(name);
                            } else {
                                values.put(name, value);
                            }
                        });
        return new ProcessSettings(values, file, shadowed);
    }

    /**
     * Makes what only the file says visible to a framework that maps an interface: {@code
     * ECHELON_NODE_ID} becomes the system property {@code echelon.node-id}, which the accessor
     * {@code nodeId} reads.
     */
    public void publish(Class<?> mapped, Map<String, String> environment) {
        for (String name : names(mapped)) {
            String value = values.get(name);
            if (value != null && !environment.containsKey(name)) {
                System.setProperty(
                        name.toLowerCase(Locale.ROOT).replaceFirst("_", ".").replace('_', '-'),
                        value);
            }
        }
    }

    /** The variables that the accessors of an interface read. */
    public static Set<String> names(Class<?> mapped) {
        return Arrays.stream(mapped.getMethods())
                .map(
                        method ->
                                PREFIX
                                        + method.getName()
                                                .replaceAll("([a-z])([A-Z])", "$1_$2")
                                                .toUpperCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What is not as it was before, by name. */
    public List<Change> since(ProcessSettings before) {
        Set<String> names = new TreeSet<>(own(before.values).keySet());
        names.addAll(own(values).keySet());
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            Change change = new Change(name, before.values.get(name), values.get(name));
            if (!Objects.equals(change.before(), change.after())) {
                changes.add(change);
            }
        }
        return List.copyOf(changes);
    }

    /** The settings with their values, without what is secret. */
    public Map<String, String> shown() {
        Map<String, String> shown = new TreeMap<>();
        own(values).forEach((name, value) -> shown.put(name, shown(name, value)));
        return shown;
    }

    private static Map<String, String> own(Map<String, String> values) {
        return values.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(PREFIX))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static String shown(String name, @Nullable String value) {
        if (value == null) {
            return "not set";
        }
        return SECRET.matcher(name).matches()
                ? MASK
                : CREDENTIALS.matcher(value).replaceAll("//" + MASK + "@");
    }

    private static Map<String, String> variables(Path file) {
        try {
            return EnvironmentFile.read(file);
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s, which %s names, cannot be read; make it, or take the variable away"
                            .formatted(file, FILE),
                    e);
        }
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_CONFIGURATION, message);
    }
}
