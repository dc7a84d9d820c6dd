package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Json;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.Permissions;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {
    private static final String FILE =
            "{\"path\":\"main.js\",\"sha256\":\"%s\",\"bytes\":1}".formatted("a".repeat(64));
    private static final String SMALLEST = "{\"main\":\"main.js\",\"files\":[" + FILE + "]}";

    @Test
    void fillsInWhatAManifestLeavesOut() {
        Manifest manifest = JsonBody.readManifest(stream(SMALLEST));

        assertThat(manifest.isolation()).isEqualTo(Isolation.REQUEST);
        assertThat(manifest.warm()).isEqualTo(Limits.WARM_DEFAULT);
        assertThat(manifest.limits()).isEqualTo(FunctionLimits.DEFAULT);
        assertThat(manifest.permissions()).isEqualTo(Permissions.DEFAULT);
        assertThat(manifest.env()).isEmpty();
        assertThat(manifest.crons()).isEmpty();
        assertThat(manifest.assets()).isNull();
    }

    @Test
    void readsWhatThePlatformWrites() {
        Manifest manifest = JsonBody.readManifest(stream(SMALLEST));

        assertThat(JsonBody.readManifest(new ByteArrayInputStream(Json.bytes(manifest))))
                .isEqualTo(manifest);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'mian':'x'}|INVALID_ARGUMENT|Field \"mian\" is not known; did you mean \"main\"?",
                "{'main':'m','files':[],'limits':{'cpums':1}}|INVALID_ARGUMENT|Field \"limits.cpums\" is not known; did you mean \"cpuMs\"?",
                "{'main':'m'}|INVALID_ARGUMENT|Field \"files\" is missing",
                "{'main':1,'files':[]}|INVALID_ARGUMENT|Field \"main\" is 1; it must be a text",
                "{'main':null,'files':[]}|INVALID_ARGUMENT|Field \"main\" is null; it must be a text",
                "{'main':'m','files':{}}|INVALID_ARGUMENT|Field \"files\" is object; it must be an array",
                "{'main':'m','files':[{}]}|INVALID_ARGUMENT|Field \"files[0].path\" is missing",
                "{'main':'m','files':[{'path':'m','sha256':'x','bytes':'1'}]}|INVALID_ARGUMENT|Field \"files[0].bytes\" is \"1\"; it must be a whole number",
                "{'main':'m','files':[],'warm':1.5}|INVALID_ARGUMENT|Field \"warm\" is 1.5; it must be a whole number",
                "{'main':'m','files':[],'warm':99999999999}|INVALID_ARGUMENT|Field \"warm\" is 99999999999; it must be a whole number",
                "{'main':'m','files':[],'isolation':'none'}|INVALID_ARGUMENT|Field \"isolation\" is \"none\"; it must be one of request, revision",
                "{'main':'m','files':[],'env':{'A':1}}|INVALID_ARGUMENT|Field \"env.A\" is 1; it must be a text",
                "{'main':'m','files':[],'limits':{'cpuMs':0}}|INVALID_CONFIGURATION|limits.cpuMs is 0; it must be from 1 to 60,000",
                "{'main':'m','files':[]}|INVALID_BUNDLE|The entry \"m\" is not among the bundle's files",
                "{'main':'m','files':[{'path':'../m','sha256':'x','bytes':1}]}|INVALID_BUNDLE|File path \"../m\" leaves the bundle or has an empty segment; use paths like src/a.js",
                "[]|INVALID_ARGUMENT|The body is array; it must be an object",
                "7|INVALID_ARGUMENT|The body is 7; it must be an object",
            })
    void namesTheFieldThatItRefuses(String json, ErrorCode code, String message) {
        EchelonException refusal = refusal(json.replace('\'', '"'));

        assertThat(refusal).hasMessage(message);
        assertThat(refusal.code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'main': ", "{'main':'m',}", "{} {}", "{'main':'m','main':'n'}"})
    void saysWhereABodyIsNotJson(String json) {
        assertThat(refusal(json.replace('\'', '"')).reason())
                .startsWith("The body is not JSON, line 1, column ");
    }

    @Test
    void countsLinesAndColumns() {
        assertThat(refusal("{\n  \"main\": oops\n}").reason())
                .startsWith("The body is not JSON, line 2, column ");
    }

    @Test
    void refusesNestingWithoutEnd() {
        assertThat(refusal("[".repeat(100_000)).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void refusesAnEmptyBody() {
        assertThat(refusal("")).hasMessage("The body is empty; send JSON");
    }

    @Test
    void refusesABodyAboveTheLimit() {
        InputStream endless =
                new InputStream() {
                    @Override
                    public int read() {
                        return ' ';
                    }
                };

        EchelonException refusal =
                catchThrowableOfType(EchelonException.class, () -> JsonBody.readManifest(endless));

        assertThat(refusal.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
        assertThat(refusal.reason()).contains("8,388,608");
    }

    private static EchelonException refusal(String json) {
        return catchThrowableOfType(
                EchelonException.class, () -> JsonBody.readManifest(stream(json)));
    }

    private static InputStream stream(String json) {
        return new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8));
    }
}
