package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.DomainName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** A command about one host of an app's own. */
abstract class DomainSubcommand extends TenantSubcommand {
    @Parameters(index = "0", paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Parameters(
            index = "1",
            paramLabel = "HOST",
            description = "The host, such as www.example.com.")
    private @Nullable String host;

    DomainSubcommand(Surroundings surroundings) {
        super(surroundings);
    }

    final String app() {
        return Parameter.given(app);
    }

    final DomainName host() {
        return DomainName.parse(Parameter.given(host));
    }

    /** The path of the app's hosts. */
    final ApiPath domains() {
        return app(app()).child("domains");
    }

    final ApiPath domain() {
        return domains().child(host().value());
    }

    /** Why the certificate authority issued nothing, and when it is asked again. */
    static String failed(JsonNode renewal) {
        return "%s (asked again at %s)"
                .formatted(Views.text(renewal, "problem"), Views.time(renewal, "due"));
    }

    /** The TXT record that a host needs, as a zone file has it. */
    static String challenge(JsonNode domain) {
        JsonNode record = domain.path("record");
        return "%s  TXT  %s".formatted(Views.text(record, "name"), Views.text(record, "value"));
    }
}
