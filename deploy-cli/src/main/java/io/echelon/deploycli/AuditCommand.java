package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists who changed what in a tenant, and who signed in. */
@Command(
        name = "audit",
        description = "List who changed what in a tenant and who signed in, newest first.",
        footer = {"", "Example:", "  edge audit --limit 20", "  edge audit --all"})
final class AuditCommand extends TenantSubcommand {
    private static final int PAGE_MAX = 500;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "How many at most; 100 unless given.")
    private int limit = 100;

    @Option(names = "--all", description = "Of all tenants; for the operator of the platform.")
    private boolean all;

    AuditCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        if (limit < 1) {
            throw new CliException(
                    ExitCode.WRONG_USAGE, "--limit is %d; it must be 1 or more".formatted(limit));
        }
        List<String> titles =
                List.of("TIME", "WHO", "FROM", "ACTION", "TARGET", "OUTCOME", "BEFORE", "AFTER");
        if (all) {
            List<String> withTenant = new ArrayList<>(titles);
            withTenant.add(1, "TENANT");
            output.list(
                    changes(ApiPath.of("audit")),
                    withTenant,
                    change -> {
                        List<String> columns = new ArrayList<>(columns(change));
                        columns.add(1, Views.text(change, "tenant"));
                        return columns;
                    });
        } else {
            output.list(changes(tenantPath().child("audit")), titles, AuditCommand::columns);
        }
        return ExitCode.DONE;
    }

    private static List<String> columns(JsonNode change) {
        return List.of(
                Views.time(change, "time"),
                Views.text(change, "actor"),
                Views.text(change, "from"),
                Views.text(change, "action"),
                Views.text(change, "target").replace("/api/v1/tenants/", ""),
                Views.text(change, "outcome"),
                value(change, "before"),
                value(change, "after"));
    }

    private List<JsonNode> changes(ApiPath path) throws InterruptedException {
        List<JsonNode> changes = new ArrayList<>();
        Map<String, String> query = new LinkedHashMap<>();
        JsonNode cursor;
        do {
            query.put("limit", Integer.toString(Math.min(PAGE_MAX, limit - changes.size())));
            JsonNode page = client().get(path.query(query));
            changes.addAll(Views.items(page, "changes"));
            cursor = page.path("cursor");
            query.put("cursor", cursor.asText());
        } while (cursor.isTextual() && changes.size() < limit);
        return changes;
    }

    private static String value(JsonNode change, String key) {
        return change.hasNonNull(key) ? change.get(key).toString() : "-";
    }
}
