package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.outbox.Outbox.WebhookScheme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recipes of webhooks.adoc recognize genuine webhooks, in the languages whose runtime is installed. */
class SignatureRecipesIT {

    private static final byte[] BODY = "{\"image\": \"Gewinde é\"}".getBytes(StandardCharsets.UTF_8);

    private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    /**
     * A language with a program around its recipe, which repeatedly reads secret, time, signature and hex of the body, and prints
     * the decision.
     */
    private enum Language {
        PYTHON("python", "python3", "recipe.py", """
                %s
                import sys
                for i in range(1, len(sys.argv), 4):
                    secret, time_sent, signature, body = sys.argv[i:i + 4]
                    print(str(is_genuine(secret, "id1", time_sent, signature, bytes.fromhex(body))).lower())
                """),
        JAVASCRIPT("javascript", "node", "recipe.js", """
                %s
                for (let i = 2; i < process.argv.length; i += 4) {
                  const [secret, time, signature, body] = process.argv.slice(i, i + 4);
                  console.log(isGenuine(secret, "id1", time, signature, Buffer.from(body, "hex")));
                }
                """),
        JAVA("java", Path.of(System.getProperty("java.home"), "bin", "java").toString(), "Recipe.java", """
                %s
                class Recipe {
                    public static void main(String[] args) throws Exception {
                        for (int i = 0; i < args.length; i += 4) {
                            System.out.println(Webhook.isGenuine(args[i], "id1", args[i + 1], args[i + 2],
                                    java.util.HexFormat.of().parseHex(args[i + 3])));
                        }
                    }
                }
                """);

        private final String name;
        private final String runtime;
        private final String file;
        private final String program;

        Language(String name, String runtime, String file, String program) {
            this.name = name;
            this.runtime = runtime;
            this.file = file;
            this.program = program;
        }

        boolean isHere() {
            return Path.of(runtime).isAbsolute() || Stream.of(System.getenv("PATH").split(":")).map(Path::of)
                    .anyMatch(folder -> Files.isExecutable(folder.resolve(runtime)));
        }
    }

    private static String recipe(Language language) throws IOException {
        Matcher block = Pattern.compile("\\[source," + language.name + "]\\n----\\n(.*?)----\\n", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("src/main/docs/webhooks.adoc")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private List<String> run(Language language, String... arguments) throws Exception {
        String recipe = recipe(language);
        // a program in one file begins with its main class
        String imports = language == Language.JAVA ? recipe.substring(0, recipe.indexOf("class Webhook")) : "";
        String program = language == Language.JAVA
                ? imports + language.program.formatted("") + recipe.substring(imports.length())
                : language.program.formatted(recipe);
        Path file = Files.writeString(folder.resolve(language.file), program);
        List<String> command = new ArrayList<>(List.of(language.runtime, file.toString()));
        command.addAll(List.of(arguments));
        Path output = folder.resolve("output.txt");
        int exitCode = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start().waitFor();
        assertThat(exitCode).as(Files.readString(output)).isZero();
        return Files.readAllLines(output);
    }

    @ParameterizedTest
    @EnumSource
    void tellsGenuineWebhooksFromOthers(Language language) throws Exception {
        Assumptions.assumeTrue(language.isHere(), language.runtime + " is not installed");
        Instant now = Instant.now();
        String time = String.valueOf(now.getEpochSecond());
        String body = HexFormat.of().formatHex(BODY);
        String changed = HexFormat.of().formatHex("{\"image\": \"Gewinde e\"}".getBytes(StandardCharsets.UTF_8));
        String genuine = signature("s3cret", now);
        Instant before = now.minusSeconds(3600);

        assertThat(run(language, "s3cret", time, genuine, body, "s3cret", time, signature("other,s3cret", now), body,
                KEY, time, signature(KEY, now), body, "s3cret", time, genuine, changed, "other", time, genuine, body,
                "s3cret", String.valueOf(before.getEpochSecond()), signature("s3cret", before), body,
                "s3cret", String.valueOf(now.getEpochSecond() + 1), genuine, body,
                "s3cret", time, "nonsense", body, "s3cret", "soon", genuine, body, "s3cret", time, "v1,", body))
                .containsExactly("true", "true", "true", "false", "false", "false", "false", "false", "false", "false");
    }

    private static String signature(String secrets, Instant time) {
        return new WebhookSignature(WebhookScheme.STANDARD, secrets).headers("id1", BODY, time).get("webhook-signature");
    }
}
