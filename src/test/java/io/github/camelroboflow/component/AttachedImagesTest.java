package io.github.camelroboflow.component;

import static io.github.camelroboflow.condition.Results.detections;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceFailure;
import io.github.camelroboflow.inference.InvalidImageException;
import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.activation.FileDataSource;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.camel.Exchange;
import org.apache.camel.attachment.AttachmentMessage;
import org.apache.camel.attachment.DefaultAttachment;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages whose images are attachments, as those of mails and of forms on the web. */
class AttachedImagesTest {

    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1, 2, 3};

    @TempDir
    Path folder;

    private final FakeEngineContext camel = new FakeEngineContext();
    private final Map<String, DataHandler> attachments = new LinkedHashMap<>();

    @AfterEach
    void stop() {
        camel.close();
    }

    /** A source that counts how often it is opened and how much of it is read. */
    private static class Source implements DataSource {

        private final String name;
        private final String type;
        private final byte[] bytes;
        private int opened;
        private int closed;
        private int read;

        Source(String name, String type, byte[] bytes) {
            this.name = name;
            this.type = type;
            this.bytes = bytes;
        }

        @Override
        public InputStream getInputStream() {
            opened++;
            return new FilterInputStream(new ByteArrayInputStream(bytes)) {

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    int some = super.read(into, offset, length);
                    read += Math.max(some, 0);
                    return some;
                }

                @Override
                public void close() throws IOException {
                    closed++;
                    super.close();
                }
            };
        }

        @Override
        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        @Override
        public String getContentType() {
            return type;
        }

        @Override
        public String getName() {
            return name;
        }
    }

    private Source attach(String name, String type, byte[] bytes) {
        Source source = new Source(name, type, bytes);
        attachments.put(name, new DataHandler(source));
        return source;
    }

    private Source attach(String name, String type, String text) {
        return attach(name, type, text.getBytes(UTF_8));
    }

    private Exchange send(String uri, Object body, Map<String, Object> headers) {
        return camel.send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
            exchange.getMessage(AttachmentMessage.class).setAttachments(attachments);
        });
    }

    private Exchange send(Object body) {
        return send(FakeEngineContext.ENDPOINT, body, Map.of());
    }

    private List<String> seen() {
        return camel.engine.onlyCall().texts();
    }

    static Object[] bodiesThatAreNoImage() {
        return new Object[] {null, "Dear Sirs, see below", new StringBuilder("text"), new byte[0], Map.of("line", "3"),
            new ByteArrayInputStream(new byte[0]), new Object()};
    }

    @ParameterizedTest
    @MethodSource("bodiesThatAreNoImage")
    void theOneAttachedImageIsTakenIfTheBodyIsNone(Object body) {
        Source source = attach("gears.jpg", "image/jpeg", "the image");

        Exchange exchange = send(body);

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isInstanceOf(Inference.class);
        assertThat(seen()).containsExactly("the image");
        assertThat(camel.engine.onlyCall().names()).containsExactly("gears.jpg");
        assertThat(exchange.getMessage().getHeader(RoboflowConstants.IMAGE_NAMES)).isEqualTo(List.of("gears.jpg"));
        assertThat(List.of(source.opened, source.closed)).containsExactly(1, 1);
    }

    @Test
    void severalAttachedImagesAreABatchInTheirOrder() {
        camel.engine.answers(image -> detections(FakeEngine.text(image)));
        attach("b.jpg", "image/jpeg", "bolt/0.9");
        attach("report.pdf", "application/pdf", "text");
        attach("a.png", "image/png; name=a.png", "gear/0.8");

        Exchange exchange = send("text");

        assertThat(exchange.getMessage().getBody(List.class)).extracting(one -> ((Inference) one).classes())
                .containsExactly(List.of("bolt"), List.of("gear"));
        assertThat(exchange.getMessage().getHeader(RoboflowConstants.IMAGE_NAMES)).isEqualTo(List.of("b.jpg", "a.png"));
        assertThat(camel.engine.onlyCall().names()).containsExactly("b.jpg", "a.png");
    }

    @Test
    void aDamagedAttachmentFailsInItsPlaceWithoutFailFast() {
        camel.engine.answers(image -> {
            if (FakeEngine.text(image).startsWith("bad")) {
                throw new InvalidImageException(image.name() + " is damaged");
            }
            return detections(FakeEngine.text(image));
        });
        attach("a.jpg", "image/jpeg", "bad");
        attach("b.jpg", "image/jpeg", "gear/0.8");

        List<?> results = send(FakeEngineContext.ENDPOINT + "&failFast=false", "text", Map.of()).getMessage().getBody(List.class);

        assertThat(results.get(0)).isEqualTo(new InferenceFailure("a.jpg", "a.jpg is damaged", "InvalidImageException"));
        assertThat(results.get(1)).isInstanceOf(Inference.class);
    }

    @ParameterizedTest
    @CsvSource({"photo, image/jpeg, true", "photo, IMAGE/PNG, true", "photo.JPG, application/octet-stream, true",
        "photo.tiff, , true", "photo.jpg, application/x-unknown, true", "photo, application/octet-stream, false",
        "photo.pdf, application/pdf, false", "photo, text/plain, false", "logo.svg, image/svg+xml, false"})
    void theMediaTypeOrTheNameSaysWhatIsAnImage(String name, String type, boolean image) {
        attach(name, type, "not the first bytes of an image");

        assertThat(send("text").getException() == null).isEqualTo(image);
    }

    @Test
    void anAttachmentWithoutAKnownTypeIsAnImageByItsFirstBytesAndIsReadOnce() {
        Source photo = attach("photo", "application/octet-stream", JPEG);
        Source other = attach("data.bin", null, new byte[100_000]);

        assertThat(send("text").getException()).isNull();

        assertThat(camel.engine.onlyCall().images()).singleElement()
                .satisfies(image -> assertThat(image.bytes()).isEqualTo(JPEG));
        assertThat(List.of(photo.opened, photo.closed, other.opened, other.closed)).containsOnly(1);
        assertThat(other.read).isLessThan(100);
    }

    @Test
    void aBodyThatIsAnImageWins() throws IOException {
        attach("logo.png", "image/png", "the logo");
        Path file = Files.writeString(folder.resolve("a.jpg"), "the body");

        for (Object body : new Object[] {"the body".getBytes(UTF_8), new ByteArrayInputStream("the body".getBytes(UTF_8)), file,
            file.toFile(), new DataHandler(new Source("a.jpg", "image/jpeg", "the body".getBytes(UTF_8)))}) {
            Exchange exchange = send(body);
            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getMessage().getHeader(RoboflowConstants.IMAGE_NAMES)).isNull();
        }

        assertThat(camel.engine.calls).hasSize(5).extracting(FakeEngine.Call::texts).containsOnly(List.of("the body"));
    }

    @ParameterizedTest
    @CsvSource({"text/html; charset=utf-8", "multipart/form-data; boundary=x"})
    void bytesThatAreAMailOrAFormAreNoImage(String type) {
        attach("photo.jpg", "image/jpeg", "the image");

        for (Object body : new Object[] {"<html>".getBytes(UTF_8), new ByteArrayInputStream("--x".getBytes(UTF_8))}) {
            assertThat(send(FakeEngineContext.ENDPOINT, body, Map.of(Exchange.CONTENT_TYPE, type)).getException()).isNull();
        }
        assertThat(camel.engine.calls).hasSize(2).extracting(FakeEngine.Call::texts).containsOnly(List.of("the image"));
    }

    @Test
    void aListWinsAndIsTheBatch() {
        attach("photo.jpg", "image/jpeg", "the image");

        assertThat(send(List.of("one".getBytes(UTF_8))).getException()).isNull();
        assertThat(seen()).containsExactly("one");
    }

    @Test
    void anEarlierResultIsRefusedAsEver() {
        Object result = camel.send(JPEG).getMessage().getBody();
        attach("photo.jpg", "image/jpeg", "the image");

        assertThat(send(result).getException()).hasMessageStartingWith("message body is the result of an earlier inference");
    }

    @Test
    void theResultOfAnEarlierCallLeavesNoNames() {
        assertThat(send(FakeEngineContext.ENDPOINT, JPEG, Map.of(RoboflowConstants.IMAGE_NAMES, List.of("old")))
                .getMessage().getHeaders()).doesNotContainKey(RoboflowConstants.IMAGE_NAMES);
    }

    @Test
    void withoutAnAttachedImageTheRefusalNamesTheAttachments() {
        attach("report.pdf", "application/pdf", "text");
        attach("data\n.bin", "application/octet-stream", "text");
        String none = "; none of its attachments is an image: report.pdf (application/pdf), data\\u000A.bin"
                + " (application/octet-stream)";

        assertThat(send(null).getException()).isInstanceOf(InvalidImageException.class)
                .hasMessage("message body holds no image: it is empty" + none);
        assertThat(send("text").getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("message body is text").hasMessageEndingWith(none);
        assertThat(send(Map.of("line", 3)).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(none);
        assertThat(camel.engine.calls).isEmpty();
    }

    @Test
    void anAttachmentIsNamedByItsFileWithoutTheFolder() {
        attachments.put("file", new DataHandler(new Source("C:\\photos\\a.jpg", "image/jpeg", JPEG)));
        attachments.put("file2", new DataHandler(new Source("/etc/b.jpg", "image/jpeg", JPEG)));
        attachments.put("no-name", new DataHandler(new Source(null, "image/jpeg", JPEG)));

        send(null);

        assertThat(camel.engine.onlyCall().names()).containsExactly("a.jpg", "b.jpg", "no-name");
    }

    /** Jetty's attachments are named by the fields of the form. */
    @Test
    void anAttachmentOfAFormIsNamedByItsHeader() {
        Exchange exchange = camel.send(FakeEngineContext.ENDPOINT, message -> {
            for (String file : List.of("a b.jpg", "c.jpg")) {
                DefaultAttachment attachment = new DefaultAttachment(new Source("a field", "image/jpeg", JPEG));
                attachment.addHeader("content-disposition", "form-data; name=\"field of " + file + "\"; filename=\"" + file + "\"");
                message.getMessage(AttachmentMessage.class).addAttachmentObject("field of " + file, attachment);
            }
        });

        assertThat(exchange.getMessage().getHeader(RoboflowConstants.IMAGE_NAMES)).isEqualTo(List.of("a b.jpg", "c.jpg"));
    }

    @Test
    void anAttachmentThatBreaksOffIsReportedByItsName() {
        attachments.put("x", new DataHandler(new Source("a.jpg", "image/jpeg", JPEG) {

            @Override
            public InputStream getInputStream() {
                return new InputStream() {

                    @Override
                    public int read() throws IOException {
                        throw new IOException("connection reset");
                    }
                };
            }
        }));

        assertThat(send(null).getException()).hasMessage("the image a.jpg can't be read: connection reset");
    }

    static Object[] handlers() throws IOException {
        File file = Files.write(Files.createTempDirectory("attached").resolve("a.jpg"), "the image".getBytes(UTF_8)).toFile();
        byte[] bytes = "the image".getBytes(UTF_8);
        DataHandler handler = new DataHandler(new Source("a.jpg", "image/jpeg", bytes));
        return new Object[] {handler, new DataHandler(bytes, "image/jpeg"), new DataHandler(file, "image/jpeg"),
            new DataHandler(new FileDataSource(file)), new DefaultAttachment(handler), Map.of("photo", handler, "line", "3"),
            Map.of("photo", new DataHandler(bytes, "image/jpeg"))};
    }

    @ParameterizedTest
    @MethodSource("handlers")
    void aHandlerAsTheBodyIsTheImage(Object body) {
        Exchange exchange = camel.send(body);

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isInstanceOf(Inference.class);
        assertThat(seen()).containsExactly("the image");
    }

    @Test
    void handlersAreABatchAsAListAnArrayOrAMap() {
        DataHandler a = new DataHandler(new Source("a.jpg", "image/jpeg", "A".getBytes(UTF_8)));
        DataHandler b = new DataHandler(new Source("b.jpg", "image/jpeg", "B".getBytes(UTF_8)));
        Map<String, Object> form = new LinkedHashMap<>(Map.of("one", a));
        form.put("comment", "text");
        form.put("two", b);

        for (Object body : new Object[] {List.of(a, b), new DataHandler[] {a, b}, new Object[] {a, b}, form}) {
            Exchange exchange = camel.send(body);
            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getMessage().getBody(List.class)).hasSize(2);
        }
        assertThat(camel.engine.calls).hasSize(4).allSatisfy(call -> {
            assertThat(call.texts()).containsExactly("A", "B");
            assertThat(call.names()).containsExactly("a.jpg", "b.jpg");
        });
    }

    @Test
    void theAddressInAHandlerIsNotOpened() throws IOException {
        URL address = Files.write(folder.resolve("a.jpg"), JPEG).toUri().toURL();

        assertThat(camel.send(new DataHandler(address)).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is an address, and addresses are not opened here");
    }

    @Test
    void anAddressAsTheBodyIsSentEvenIfThereAreAttachments() {
        attach("logo.png", "image/png", "the logo");

        assertThat(send("roboflow:parts/1?apiUrl=http://127.0.0.1:1&imageInput=url&maxRetries=0&apiKey=x", "no address", Map.of())
                .getException()).hasMessageStartingWith("message body is no http or https URL as text");
    }

    @Test
    void withoutCamelAttachmentsAllOtherBodiesAreAsBefore() throws Exception {
        URL[] ours = {MessageImages.class.getProtectionDomain().getCodeSource().getLocation(),
            AttachedImagesTest.class.getProtectionDomain().getCodeSource().getLocation()};
        try (URLClassLoader loader = new WithoutActivation(ours)) {
            Object test = loader.loadClass(Bodies.class.getName()).getDeclaredConstructor().newInstance();

            assertThat(((Callable<?>) test).call()).isEqualTo(List.of("bytes", "batch of 2", "text is refused", "map is refused"));
        }
    }

    /** Runs in a class loader without jakarta.activation. */
    public static final class Bodies implements Callable<List<String>> {

        @Override
        public List<String> call() throws Exception {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                byte[] bytes = {1, 2, 3};
                return List.of(name(context, bytes), name(context, List.of(bytes, bytes)), name(context, "text"),
                        name(context, Map.of("a", 1)));
            }
        }

        private static String name(DefaultCamelContext context, Object body) {
            Exchange exchange = new DefaultExchange(context);
            exchange.getMessage().setBody(body);
            MessageImages images = MessageImages.of(exchange, MessageImages.Reading.INTO_MEMORY);
            try {
                return images.isBatch() ? "batch of " + images.all().size() : images.single() == null ? "" : "bytes";
            } catch (IllegalArgumentException e) {
                return (body instanceof Map ? "map" : "text") + " is refused";
            }
        }
    }

    /** Loads our classes itself, and none of jakarta.activation's and camel-attachments'. */
    private static final class WithoutActivation extends URLClassLoader {

        WithoutActivation(URL... ours) {
            super(ours, AttachedImagesTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("jakarta.activation.") || name.startsWith("org.apache.camel.attachment.")
                    || name.startsWith("jakarta.mail.")) {
                throw new ClassNotFoundException(name);
            }
            if (!Arrays.asList(name.split("\\.")).contains("camelroboflow")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }
}
