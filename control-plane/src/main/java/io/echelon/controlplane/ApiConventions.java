package io.echelon.controlplane;

import io.echelon.tenants.ErrorCode;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;

/** Says in the OpenAPI document what holds for all routes: keys of requests, and errors. */
public final class ApiConventions implements OASFilter {
    private static final String ERROR = "Error";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        if (document.getComponents() == null) {
            document.setComponents(OASFactory.createComponents());
        }
        document.getComponents().addSchema(ERROR, error());
        if (document.getPaths() != null) {
            document.getPaths()
                    .getPathItems()
                    .values()
                    .forEach(path -> path.getOperations().forEach(ApiConventions::complete));
        }
    }

    private static void complete(PathItem.HttpMethod method, Operation operation) {
        if (method == PathItem.HttpMethod.POST && !hasKey(operation)) {
            operation.addParameter(
                    OASFactory.createParameter()
                            .name("Idempotency-Key")
                            .in(Parameter.In.HEADER)
                            .description(
                                    "1 to 128 visible ASCII characters; a request that comes again with the same key within a day is answered as the first time, and not done again.")
                            .schema(text()));
        }
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        operation
                .getResponses()
                .setDefaultValue(
                        OASFactory.createAPIResponse()
                                .description("What was refused, or failed, and why.")
                                .content(
                                        OASFactory.createContent()
                                                .addMediaType(
                                                        "application/json",
                                                        OASFactory.createMediaType()
                                                                .schema(
                                                                        OASFactory.createSchema()
                                                                                .ref(ERROR)))));
    }

    private static boolean hasKey(Operation operation) {
        return operation.getParameters() != null
                && operation.getParameters().stream()
                        .anyMatch(parameter -> "Idempotency-Key".equals(parameter.getName()));
    }

    private static Schema error() {
        Schema code = text().enumeration(List.copyOf(codes()));
        Schema detail =
                OASFactory.createSchema()
                        .addType(SchemaType.OBJECT)
                        .addProperty("code", code)
                        .addProperty("message", text())
                        .addProperty("requestId", text())
                        .addProperty(
                                "missing",
                                OASFactory.createSchema().addType(SchemaType.ARRAY).items(text()))
                        .required(List.of("code", "message", "requestId"));
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .addProperty("error", detail)
                .required(List.of("error"));
    }

    private static List<Object> codes() {
        return Arrays.stream(ErrorCode.values()).<Object>map(Enum::name).toList();
    }

    private static Schema text() {
        return OASFactory.createSchema().addType(SchemaType.STRING);
    }
}
