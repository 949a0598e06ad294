package io.github.camelroboflow.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In a Camel application of the user's own. */
@SuppressWarnings("try")
class InboxStrategyTest {

    @TempDir
    Path data;

    private InboxStrategy inbox() {
        InboxStrategy inbox = new InboxStrategy();
        inbox.setInbox(data.resolve("inbox").toString());
        inbox.setWork(data.resolve("work").toString());
        inbox.setDone(data.resolve("done").toString());
        inbox.setFailed(data.resolve("failed").toString());
        inbox.setUnchangedFor("0");
        return inbox;
    }

    private CamelContext context(String watched, boolean handled) throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("inbox", inbox());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                if (handled) {
                    errorHandler(deadLetterChannel("log:dead?level=OFF").maximumRedeliveries(0));
                } else {
                    errorHandler(noErrorHandler());
                }
                from("file:" + data.resolve(watched) + "?processStrategy=#inbox&initialDelay=0&delay=50").routeId("watch")
                        .throwException(IllegalStateException.class, "broken");
            }
        });
        return context;
    }

    private void drop() throws IOException {
        Files.createDirectories(data.resolve("inbox"));
        Files.writeString(data.resolve("inbox/a.jpg"), "one");
    }

    @Test
    void anImageWhoseMessageIsWithTheDeadLettersIsNotDone() throws Exception {
        drop();
        try (CamelContext context = context("inbox", true)) {
            context.start();

            await().until(() -> Files.exists(data.resolve("failed/a.jpg")));
            assertThat(data.resolve("failed/a.jpg.error.json")).content().contains("IllegalStateException: broken");
            assertThat(data.resolve("done/a.jpg")).doesNotExist();
        }
    }

    @Test
    void aFailedImageThatIsTriedAgainOverwritesNoReason() throws Exception {
        drop();
        try (CamelContext context = context("inbox", false)) {
            context.start();
            await().until(() -> Files.exists(data.resolve("failed/a.jpg")));
            String reason = Files.readString(data.resolve("failed/a.jpg.error.json"));

            Files.move(data.resolve("failed/a.jpg"), data.resolve("inbox/a.jpg"));

            await().until(() -> data.resolve("failed").toFile().list().length == 3);
            assertThat(data.resolve("failed/a.jpg.error.json")).hasContent(reason);
        }
    }

    /** Images of a folder that was not the strategy's went round in circles. */
    @Test
    void aRouteThatWatchesAnotherFolderDoesNotStart() throws Exception {
        try (CamelContext context = context("elsewhere", false)) {
            assertThatThrownBy(context::start).hasStackTraceContaining("but its processStrategy is for " + data.resolve("inbox"));
        }
    }

    @Test
    void theReportTellsWhichDestinationsHaveAResultAllTheSame() throws Exception {
        drop();
        try (CamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("inbox", inbox());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("file:" + data.resolve("inbox") + "?processStrategy=#inbox&initialDelay=0&delay=50")
                            .multicast().stopOnException().to("file:" + data.resolve("first"), "direct:both", "direct:broken");
                    from("direct:both").to("log:seen?level=OFF")
                            .to("file:" + data.resolve("second") + "?fileName=x&allowNullBody=true");
                    from("direct:broken").throwException(IllegalStateException.class, "broken").to("file:" + data.resolve("never"));
                }
            });
            context.start();

            await().until(() -> Files.exists(data.resolve("failed/a.jpg")));
            assertThat(new ObjectMapper().readTree(data.resolve("failed/a.jpg.error.json").toFile()).get("delivered"))
                    .extracting(JsonNode::asText)
                    .containsExactly("file:" + data.resolve("first"), "file:" + data.resolve("second"));
        }
    }

    /** What could not be taken filled each poll, so that what came after it in the folder was never looked at. */
    @ParameterizedTest
    @EnumSource(Hindrance.class)
    @DisabledOnOs(OS.WINDOWS)
    void imagesThatCannotBeTakenKeepNoOthersWaiting(Hindrance hindrance) throws Exception {
        Files.createDirectories(data.resolve("inbox"));
        for (int i = 0; i < 6; i++) {
            hindrance.drop(data.resolve("inbox"), "a" + i + ".jpg");
        }
        Path good = Files.writeString(data.resolve("inbox/b.jpg"), "good");
        Files.setLastModifiedTime(good, FileTime.from(Instant.now().minusSeconds(7200)));
        Files.createFile(data.resolve("inbox/b.jpg.done"));
        InboxStrategy inbox = inbox();
        hindrance.configure(inbox);
        try (CamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("inbox", inbox);
            context.getRegistry().bind("images", new ImageFileFilter());
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("file:" + data.resolve("inbox")
                            + "?processStrategy=#inbox&filter=#images&initialDelay=0&delay=50&preSort=true&recursive=true"
                            + "&maxMessagesPerPoll=2&eagerMaxMessagesPerPoll=true").to("log:seen?level=OFF");
                }
            });
            context.start();

            await().until(() -> Files.exists(data.resolve("done/b.jpg")));
        }
    }

    private enum Hindrance {
        IS_BEING_WRITTEN {
            @Override
            void configure(InboxStrategy inbox) {
                inbox.setUnchangedFor("1h");
            }
        },
        IS_NOT_ANNOUNCED {
            @Override
            void configure(InboxStrategy inbox) {
                inbox.setDoneFileName("${file:name}.done");
            }
        },
        IS_A_LINK {
            @Override
            void drop(Path inbox, String name) throws IOException {
                Files.createSymbolicLink(inbox.resolve(name), Files.writeString(inbox.resolveSibling("of-" + name), "bad"));
            }
        },
        CANNOT_BE_MOVED {
            /** Its path is as long as Linux and macOS allow, and one to work would be longer. */
            @Override
            void drop(Path inbox, String name) throws IOException {
                Path folder = inbox;
                while (folder.toString().length() < LONGEST_PATH - 120) {
                    folder = folder.resolve("a".repeat(100));
                }
                int rest = LONGEST_PATH - folder.toString().length() - name.length() - 2;
                Files.writeString(Files.createDirectories(folder.resolve("a".repeat(rest))).resolve(name), "bad");
            }
        };

        private static final int LONGEST_PATH = System.getProperty("os.name").startsWith("Mac") ? 1023 : 4095;

        void drop(Path inbox, String name) throws IOException {
            Files.writeString(inbox.resolve(name), "bad");
        }

        void configure(InboxStrategy inbox) {
            // as it is
        }
    }
}
