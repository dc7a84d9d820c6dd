package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.Quota;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Sets a tenant's quotas, or those of a plan. */
@Command(
        name = "set",
        description = {
            "Set a tenant's quotas, or with --plan those of all tenants of a plan. Nodes follow within seconds.",
            "plan=NAME gives the tenant another plan; QUOTA=default goes back to what the plan says."
        },
        footer = {
            "",
            "Example:",
            "  edge quota set --tenant acme requestsPerSecond=500 apps=20",
            "  edge quota set --plan small cpuSecondsPerDay=3600 && edge quota set --tenant acme plan=small"
        })
final class QuotaSetCommand extends TenantSubcommand {
    private static final String PLAN = "plan";
    private static final String AS_BEFORE = "default";

    @Option(names = "--plan", paramLabel = "P", description = "Set the quotas of this plan.")
    private @Nullable String plan;

    @Parameters(
            paramLabel = "QUOTA=LIMIT",
            arity = "1..*",
            description = "What to set; `edge quota show` has the names.")
    private List<String> settings = new ArrayList<>();

    QuotaSetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, String> changes = changes();
        if (plan == null) {
            QuotaShowCommand.show(output, setTenant(changes));
        } else {
            JsonNode set = setPlan(new PlanName(plan).value(), changes);
            output.result(set, "Plan %s is %s.".formatted(plan, set.path("limits")));
        }
        return ExitCode.DONE;
    }

    private JsonNode setTenant(Map<String, String> changes) throws InterruptedException {
        ApiPath path = tenantPath().child("quotas");
        JsonNode now = client().get(path);
        Map<String, Object> wanted = new LinkedHashMap<>();
        wanted.put(PLAN, changes.getOrDefault(PLAN, now.path(PLAN).asText()));
        wanted.put("overrides", changed(now.path("overrides"), changes));
        return client().put(path, Json.bytes(wanted));
    }

    private JsonNode setPlan(String name, Map<String, String> changes) throws InterruptedException {
        if (changes.containsKey(PLAN)) {
            throw new CliException(
                    ExitCode.WRONG_USAGE, "A plan has no plan; leave out --plan or plan=");
        }
        JsonNode now = Json.mapper().createObjectNode();
        for (JsonNode known : Views.items(client().get(ApiPath.of("plans")), "plans")) {
            if (known.path("name").asText().equals(name)) {
                now = known.path("limits");
            }
        }
        return client().put(
                        ApiPath.of("plans", name),
                        Json.bytes(Map.of("limits", changed(now, changes))));
    }

    /** The limits of now with what is to change. */
    private static Map<String, Long> changed(JsonNode now, Map<String, String> changes) {
        Map<String, Long> limits = new LinkedHashMap<>();
        now.properties().forEach(limit -> limits.put(limit.getKey(), limit.getValue().asLong()));
        changes.forEach(
                (name, value) -> {
                    if (value.equals(AS_BEFORE)) {
                        limits.remove(name);
                    } else if (!name.equals(PLAN)) {
                        limits.put(name, Long.valueOf(value));
                    }
                });
        return limits;
    }

    private static void check(Quota quota, String value) {
        if (value.equals(AS_BEFORE)) {
            return;
        }
        try {
            var _ = quota.checked(Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "%s=%s: \"%s\" is no whole number, nor \"default\""
                            .formatted(quota.wireName(), value, value),
                    e);
        }
    }

    private Map<String, String> changes() {
        Map<String, String> changes = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new CliException(
                        ExitCode.WRONG_USAGE,
                        "\"%s\" is no setting; write QUOTA=LIMIT, such as apps=20"
                                .formatted(setting));
            }
            String name = setting.substring(0, equals);
            String value = setting.substring(equals + 1);
            if (!name.equals(PLAN)) {
                check(Quota.of(name), value);
            }
            changes.put(name, value);
        }
        return changes;
    }
}
