package io.echelon.controlplane.console;

import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateLocator.TemplateLocation;
import io.quarkus.qute.ValueResolver;
import io.quarkus.qute.Variant;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pages as HTML, from the templates in {@code resources/templates}. All that a template inserts is
 * encoded, whatever it is: there is no way to insert markup. A name that a template has and its
 * data has not is an error.
 *
 * <p>Thread safety: safe for use by several threads.
 */
@Singleton
final class Pages {
    private static final String HTML = "text/html";

    private final Engine engine;
    private final Assets assets;

    Pages(Assets assets) {
        this.assets = assets;
        this.engine =
                Engine.builder()
                        .addDefaults()
                        .addValueResolver(new ReflectionValueResolver())
                        .addValueResolvers(Shown.resolvers().toArray(ValueResolver[]::new))
                        .addResultMapper(new HtmlEscaper(List.of(HTML)))
                        .addLocator(id -> Optional.of(new Html(id)))
                        .build();
    }

    /** A page of who is signed in. */
    String of(String template, Frame frame, Map<String, ?> data) {
        Map<String, Object> all = new HashMap<>(data);
        all.put("frame", frame);
        return of(template, all);
    }

    /** A page of whoever asks. */
    String of(String template, Map<String, ?> data) {
        Template found = engine.getTemplate(template);
        Map<String, Object> all = new HashMap<>(data);
        all.put("assets", assets.base());
        return found.render(all);
    }

    /** A template's text. */
    private record Html(String id) implements TemplateLocation {
        @Override
        public Reader read() {
            String file = "/templates/" + id + ".html";
            try (InputStream stream = Pages.class.getResourceAsStream(file)) {
                if (stream == null) {
                    throw new IllegalArgumentException("There is no template " + file);
                }
                return new StringReader(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public Optional<Variant> getVariant() {
            return Optional.of(Variant.forContentType(HTML));
        }
    }
}
