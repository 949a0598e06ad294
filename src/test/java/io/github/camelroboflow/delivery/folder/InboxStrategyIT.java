package io.github.camelroboflow.delivery.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.source.ImageExchange;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import io.github.camelroboflow.delivery.source.ImageNameFilter.ImageFileFilter;
import io.github.camelroboflow.inference.InvalidImageException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.FileEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.apache.camel.support.ScheduledPollConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the strategy in a Camel application of the user's own. */
@SuppressWarnings("try")
class InboxStrategyIT {

    @TempDir
    Path data;

    private InboxStrategy inbox() {
        return inbox("", Duration.ZERO);
    }

    private InboxStrategy inbox(String doneFileName, Duration unchangedFor) {
        return new InboxStrategy(new InboxSettings(data.resolve("inbox"), data.resolve("work"), data.resolve("done"),
                data.resolve("failed"), doneFileName, unchangedFor, 3, Durability.POWER));
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

    /** Camel's own repository goes through all of the last 100,000 names for each further file. */
    @Test
    void aFolderSlowedDownAfterAHundredThousandFiles() throws Exception {
        try (CamelContext context = context("inbox", true)) {
            context.start();

            FileEndpoint endpoint = (FileEndpoint) context.getRoute("watch").getEndpoint();
            await().untilAsserted(() -> assertThat(endpoint.getInProgressRepository()).isInstanceOf(InProgressFiles.class));
        }
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

    /** The strategy rests after scans that find nothing, unless the route has a poll strategy of its own. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPollStrategyOfTheUsersStays(boolean usersOwn) throws Exception {
        drop();
        DefaultPollingConsumerPollStrategy own = new DefaultPollingConsumerPollStrategy() {
        };
        try (CamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("inbox", inbox());
            context.getRegistry().bind("own", own);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("file:" + data.resolve("inbox") + "?processStrategy=#inbox&initialDelay=0&delay=50&recursive=true"
                            + (usersOwn ? "&pollStrategy=#own" : "")).routeId("watch").to("log:seen?level=OFF");
                }
            });
            context.start();
            await().until(() -> Files.exists(data.resolve("done/a.jpg")));

            ScheduledPollConsumer consumer = (ScheduledPollConsumer) context.getRoute("watch").getConsumer();
            if (usersOwn) {
                assertThat(consumer.getPollStrategy()).isSameAs(own);
            } else {
                assertThat(consumer.getPollStrategy()).isInstanceOf(InboxPace.class);
            }
            context.getRouteController().stopRoute("watch");
            context.getRouteController().startRoute("watch");
            Files.createDirectories(data.resolve("inbox/sub"));
            Files.writeString(data.resolve("inbox/sub/b.jpg"), "two");
            await().until(() -> Files.exists(data.resolve("done/sub/b.jpg")));
        }
    }

    /** Images of a folder other than the strategy's were taken in again and again. */
    @Test
    void aRouteThatWatchesAnotherFolderDoesNotStart() throws Exception {
        try (CamelContext context = context("elsewhere", false)) {
            assertThatThrownBy(context::start).hasStackTraceContaining("but its processStrategy is for " + data.resolve("inbox"));
        }
    }

    /** Camel decodes its folder's name, as a part of an address. */
    @ParameterizedTest
    @ValueSource(strings = {"in%20box", "a+b%", "%41%zz%C3%a4"})
    void aFolderWithAPercentSignInItsNameCouldNotBeWatched(String name) throws Exception {
        Path inbox = data.resolve("at").resolve(name);
        Files.createDirectories(inbox.resolve("%41"));
        Files.writeString(inbox.resolve("%41/a%20b.jpg"), "one");
        try (CamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("inbox", new InboxStrategy(new InboxSettings(inbox, data.resolve("work" + name),
                    data.resolve("done" + name), data.resolve("failed" + name), "", Duration.ZERO, 3, Durability.POWER)));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("file:" + inbox + "?processStrategy=#inbox&initialDelay=0&delay=50&recursive=true").to("log:a?level=OFF");
                }
            });
            context.start();

            await().until(() -> Files.exists(data.resolve("done" + name).resolve("%41/a%20b.jpg")));
            assertThat(data.resolve("at").toFile().list()).containsExactly(name);
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

    private CamelContext watching(Processor step) throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("inbox", inbox());
        context.getRegistry().bind("images", new ImageFileFilter(new ImageNameFilter("jpg", "", "")));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("file:" + data.resolve("inbox") + "?processStrategy=#inbox&filter=#images&initialDelay=0&delay=50"
                        + "&recursive=true&sortBy=file:name&includeHiddenFiles=true&includeHiddenDirs=true").process(step);
            }
        });
        return context;
    }

    /** A move that had succeeded was repeated for ever, since another that came with it had failed. */
    @Test
    void anImageThatCannotGoBackStopsTheInboxForGood() throws Exception {
        Path sub = Files.createDirectories(data.resolve("inbox/sub"));
        Files.writeString(sub.resolve("a.jpg"), "a1");
        Files.writeString(data.resolve("inbox/z.jpg"), "z");
        try (CamelContext context = watching(exchange -> {
            String name = exchange.getMessage().getHeader(Exchange.FILE_NAME_CONSUMED, String.class);
            if (name.equals("sub/a.jpg") && Files.notExists(data.resolve("away"))) {
                Files.writeString(sub.resolve("a.jpg"), "a2");
                throw new IOException("down");
            }
            if (name.equals("z.jpg")) {
                Files.move(sub, data.resolve("away"));
                Files.writeString(sub, "a file now");
            }
        })) {
            context.start();
            await().until(() -> Files.exists(data.resolve("done/z.jpg")));
            Files.writeString(data.resolve("inbox/c.jpg"), "c");

            await().until(() -> Files.exists(data.resolve("done/c.jpg")));
            await().until(() -> Files.exists(data.resolve("done/sub~folder/a.jpg")));
            assertThat(data.resolve("done/sub~folder/a.jpg")).hasContent("a1");
            assertThat(data.resolve("away/a.jpg")).hasContent("a2");
        }
    }

    /** Threads blocked in pipes, images outside the inbox were moved, and loops of links kept a processor busy. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void pipesAndLinksInTheInboxStoppedTheOthers() throws Exception {
        Path inbox = Files.createDirectories(data.resolve("inbox"));
        Path outside = Files.createDirectories(data.resolve("outside"));
        Files.writeString(outside.resolve("private.jpg"), "private");
        Files.createSymbolicLink(inbox.resolve("away"), outside);
        Files.createSymbolicLink(inbox.resolve("loop"), Path.of("."));
        Files.createSymbolicLink(inbox.resolve("l.jpg"), outside.resolve("private.jpg"));
        for (int i = 0; i < 10; i++) {
            assertThat(new ProcessBuilder("mkfifo", inbox.resolve("a" + i + ".jpg").toString()).start().waitFor()).isZero();
        }
        Files.writeString(inbox.resolve("z.jpg"), "good");
        try (CamelContext context = watching(exchange -> exchange.getMessage().getBody(byte[].class))) {
            context.start();

            await().until(() -> Files.exists(data.resolve("done/z.jpg")));
        }
        assertThat(outside.resolve("private.jpg")).hasContent("private");
        assertThat(data.resolve("done")).isDirectoryNotContaining(file -> !file.endsWith("z.jpg"));
        assertThat(data.resolve("work")).isDirectoryNotContaining(file -> Files.isDirectory(file));
        assertThat(inbox.toFile().list()).hasSize(13);
    }

    /** A copy that had stalled ended in failed, although it was complete later. */
    @Test
    void anImageThatWasFilledAfterItFailedStayedInFailed() throws Exception {
        Files.createDirectories(data.resolve("inbox"));
        Path writing = Files.writeString(data.resolve("inbox/a.jpg"), "half");
        try (CamelContext context = watching(exchange -> {
            if (!"half, and the rest".equals(exchange.getMessage().getBody(String.class))) {
                throw new InvalidImageException("its end is missing");
            }
        }); OutputStream rest = Files.newOutputStream(writing, StandardOpenOption.APPEND)) {
            context.start();
            await().until(() -> Files.exists(data.resolve("failed/a.jpg")));

            rest.write(", and the rest".getBytes(StandardCharsets.UTF_8));

            await().until(() -> Files.exists(data.resolve("done/a.jpg")));
            assertThat(data.resolve("failed")).isEmptyDirectory();
        }
    }

    /** Its writer was not finished when it was taken. */
    @Test
    void anImageThatChangedWhileItWasWorkedOnIsTriedAgain() throws Exception {
        Files.createDirectories(data.resolve("inbox"));
        Path writing = Files.writeString(data.resolve("inbox/a.jpg"), "half");
        try (OutputStream rest = Files.newOutputStream(writing, StandardOpenOption.APPEND);
                CamelContext context = watching(exchange -> {
            if (!"half, and the rest".equals(exchange.getMessage().getBody(String.class))) {
                rest.write(", and the rest".getBytes(StandardCharsets.UTF_8));
                throw new InvalidImageException("its end is missing");
            }
        })) {
            context.start();

            await().until(() -> Files.exists(data.resolve("done/a.jpg")));
            assertThat(data.resolve("failed")).isEmptyDirectory();
        }
    }

    @Test
    void whatProgramsKeepForThemselvesIsNoImage() throws Exception {
        for (String name : List.of("@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg", "#recycle/a.jpg", "sub/.Trash-1000/files/a.jpg", "._a.jpg",
                ".a.jpg.Xa81Bc", "$RECYCLE.BIN/a.jpg", "System Volume Information/a.jpg", "__MACOSX/a.jpg", "~$a.jpg", "a.jpg.part",
                ".hidden/a.jpg")) {
            Files.createDirectories(data.resolve("inbox").resolve(name).getParent());
            Files.writeString(data.resolve("inbox").resolve(name), "none");
        }
        Files.writeString(data.resolve("inbox/z.jpg"), "good");
        try (CamelContext context = watching(exchange -> exchange.getMessage().getBody(byte[].class))) {
            context.start();

            await().until(() -> Files.exists(data.resolve("done/z.jpg")));
        }
        assertThat(data.resolve("done").toFile().list()).containsExactly("z.jpg");
    }

    /** One image's problem counted as an outage: a sub-folder of done that was not writable stopped the inbox. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void anImageThatCannotBeFiledStoppedTheOthers() throws Exception {
        Files.createDirectories(data.resolve("inbox"));
        Files.writeString(data.resolve("inbox/a.jpg"), "one");
        Files.writeString(data.resolve("inbox/b.jpg"), "two");
        try (CamelContext context = watching(exchange -> {
            if (exchange.getMessage().getHeader(Exchange.FILE_NAME_CONSUMED, String.class).equals("a.jpg")) {
                Path work = exchange.getVariable(ImageExchange.IMAGE, File.class).toPath();
                Files.move(work, data.resolve("taken-away"));
            }
        })) {
            context.start();

            await().until(() -> Files.exists(data.resolve("done/b.jpg")));
            Files.writeString(data.resolve("inbox/c.jpg"), "three");
            await().until(() -> Files.exists(data.resolve("done/c.jpg")));
        }
    }

    /** Files that could not be taken filled each poll, so that later files of the folder were never reached. */
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
        InboxStrategy inbox = inbox(hindrance.doneFileName, hindrance.unchangedFor);
        try (CamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("inbox", inbox);
            context.getRegistry().bind("images", new ImageFileFilter(new ImageNameFilter("jpg", "", "")));
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
        IS_BEING_WRITTEN("", Duration.ofHours(1)),
        IS_NOT_ANNOUNCED("${file:name}.done", Duration.ZERO),
        IS_A_LINK("", Duration.ZERO) {
            @Override
            void drop(Path inbox, String name) throws IOException {
                Files.createSymbolicLink(inbox.resolve(name), Files.writeString(inbox.resolveSibling("of-" + name), "bad"));
            }
        },
        CANNOT_BE_MOVED("", Duration.ZERO) {
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

        private final String doneFileName;
        private final Duration unchangedFor;

        Hindrance(String doneFileName, Duration unchangedFor) {
            this.doneFileName = doneFileName;
            this.unchangedFor = unchangedFor;
        }

        void drop(Path inbox, String name) throws IOException {
            Files.writeString(inbox.resolve(name), "bad");
        }
    }
}
