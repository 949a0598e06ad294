package io.github.camelroboflow.delivery.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.delivery.outbox.WebhookSender.WebhookSignature;
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

    @TempDir
    Path folder;

    /**
     * A language with a program around its recipe, which repeatedly reads secret, signature and hex of the body, and prints the
     * decision.
     */
    private enum Language {
        PYTHON("python", "python3", "recipe.py", """
                %s
                import sys
                for i in range(1, len(sys.argv), 3):
                    print(str(is_genuine(sys.argv[i], sys.argv[i + 1], bytes.fromhex(sys.argv[i + 2]))).lower())
                """),
        JAVASCRIPT("javascript", "node", "recipe.js", """
                %s
                for (let i = 2; i < process.argv.length; i += 3) {
                  console.log(isGenuine(process.argv[i], process.argv[i + 1], Buffer.from(process.argv[i + 2], "hex")));
                }
                """),
        JAVA("java", Path.of(System.getProperty("java.home"), "bin", "java").toString(), "Recipe.java", """
                %s
                class Recipe {
                    public static void main(String[] args) throws Exception {
                        for (int i = 0; i < args.length; i += 3) {
                            System.out.println(Webhook.isGenuine(args[i], args[i + 1], HexFormat.of().parseHex(args[i + 2])));
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
        String body = HexFormat.of().formatHex(BODY);
        String changed = HexFormat.of().formatHex("{\"image\": \"Gewinde e\"}".getBytes(StandardCharsets.UTF_8));
        String genuine = new WebhookSignature("s3cret").of(BODY, now);
        String old = new WebhookSignature("s3cret").of(BODY, now.minusSeconds(3600));
        String both = new WebhookSignature("other,s3cret").of(BODY, now);

        assertThat(run(language, "s3cret", genuine, body, "s3cret", both, body, "s3cret", genuine, changed, "other", genuine, body,
                "s3cret", old, body, "s3cret", genuine.replaceFirst("t=\\d+", "t=" + (now.getEpochSecond() + 1)), body,
                "s3cret", "nonsense", body, "s3cret", "t=,v1=", body, "s3cret", "t=" + now.getEpochSecond() + ",v1", body))
                .containsExactly("true", "true", "false", "false", "false", "false", "false", "false", "false");
    }
}
