package io.github.camelroboflow.component;

import io.github.camelroboflow.component.ImageValue.Handlers;
import io.github.camelroboflow.embedded.image.ImageFormat;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.MessageText;
import jakarta.activation.DataHandler;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.attachment.Attachment;
import org.apache.camel.attachment.DefaultAttachmentMessage;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.trait.message.MessageTrait;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The image, or the batch of images, of a message: its body, or else those of its attachments that are images. Attachments count
 * only if the body is no image: if it is empty, text, a map, or an object of a type that is not known here, such as a mail.
 */
public final class MessageImages {

    private static final Logger LOG = LoggerFactory.getLogger(MessageImages.class);

    /** The form in which a body is read. */
    enum Reading {
        /** The image's bytes. */
        INTO_MEMORY,
        /** The image's bytes; a file is read only when they are needed. */
        FROM_DISK,
        /** The URL in the body, for a server to fetch. */
        AS_URL
    }

    private final Exchange exchange;
    private final Reading reading;
    /** The elements of a batch, or the attachments; {@code null} if the body is the image. */
    private final List<?> elements;
    /** A clause about attachments that are no images, for the refusal of the body; empty if there is nothing to say. */
    private final String attachments;

    private MessageImages(Exchange exchange, Reading reading, List<?> elements, String attachments) {
        this.exchange = exchange;
        this.reading = reading;
        this.elements = elements;
        this.attachments = attachments;
    }

    /** Finds the images of a message. */
    static MessageImages of(Exchange exchange, Reading reading) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof List<?> list) {
            return new MessageImages(exchange, reading, list, "");
        }
        if (body instanceof Object[] array) {
            return new MessageImages(exchange, reading, Arrays.asList(array), "");
        }
        if (reading != Reading.AS_URL && ImageValue.HAS_HANDLERS) {
            List<Attached> attached = attached(exchange.getMessage());
            if (!attached.isEmpty() && !isImage(exchange.getMessage())) {
                Attachments found = new Attachments(attached);
                if (found.images.isEmpty()) {
                    return new MessageImages(exchange, reading, null, "none of its attachments is an image: " + found.others());
                }
                if (!found.others.isEmpty()) {
                    LOG.info("Attachments that are no images are skipped: {}", found.others());
                }
                return new MessageImages(exchange, reading, found.images, "");
            }
        }
        return new MessageImages(exchange, reading, null, "");
    }

    /** Returns the attachments, or the handlers in a map that is the body, as some HTTP components make it of a form. */
    private static List<Attached> attached(Message message) {
        if (message.hasTrait(MessageTrait.ATTACHMENTS)) {
            return CamelAttachments.of(message);
        }
        List<Attached> attached = new ArrayList<>();
        if (message.getBody() instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (ImageValue.isHandler(value)) {
                    attached.add(new Attached(Handlers.name(value, String.valueOf(key)), value));
                }
            });
        }
        return attached;
    }

    /**
     * Returns whether the body is to be taken as the image although the message has attachments. A stream is read into memory and
     * stays readable.
     */
    private static boolean isImage(Message message) {
        Object body = message.getBody();
        if (body instanceof CharSequence || body instanceof Reader) {
            return false;
        }
        if (body instanceof byte[] || body instanceof ByteBuffer || body instanceof InputStream) {
            String type = ImageValue.mediaType(message.getHeader(Exchange.CONTENT_TYPE, String.class));
            return !ImageValue.isTextOrParts(type) && !isEmpty(message);
        }
        return ImageValue.isOfKnownType(body);
    }

    private static boolean isEmpty(Message message) {
        if (message.getBody() instanceof InputStream stream && !(stream instanceof StreamCache)) {
            message.setBody(new InputStreamCache(ImageValue.bytes(message.getExchange(), stream, name(message))));
        }
        return ImageValue.bytes(message.getExchange(), message.getBody(), name(message)).length == 0;
    }

    /** Returns the image that a value holds, such as a variable's. Fails as {@link #single}. */
    static ImageSource of(Exchange exchange, Object value) {
        return ImageValue.image(exchange, value, name(exchange.getMessage()), Reading.INTO_MEMORY);
    }

    /** Returns whether the images are a batch, whose result is a list. */
    public boolean isBatch() {
        return elements != null && !(elements.size() == 1 && elements.get(0) instanceof Attached);
    }

    int size() {
        return elements == null ? 1 : elements.size();
    }

    /** Returns the file names of the images, if they are attachments. */
    public Optional<List<String>> attachmentNames() {
        return elements != null && !elements.isEmpty() && elements.stream().allMatch(Attached.class::isInstance)
                ? Optional.of(IntStream.range(0, size()).mapToObj(this::name).toList()) : Optional.empty();
    }

    /** Returns all images. Fails as {@link #single}. */
    public List<ImageSource> all() {
        return IntStream.range(0, size()).mapToObj(this::image).toList();
    }

    /**
     * Returns the one image. A stream is read into memory and stays readable. An image that nothing names is named by the
     * exchange's id.
     *
     * @throws InvalidImageException    if there is no image
     * @throws IllegalArgumentException if the body is of a type that can't be an image
     */
    public ImageSource named() {
        ImageSource image = single();
        return ImageValue.isUnnamed(image.name()) ? image.named(exchange.getExchangeId()) : image;
    }

    ImageSource single() {
        if (elements != null) {
            return image(0);
        }
        Message message = exchange.getMessage();
        Object body = message.getBody();
        ImageSource image = bodyImage(body);
        if (body instanceof InputStream && !(body instanceof StreamCache)) {
            message.setBody(new InputStreamCache(ImageValue.bytes(image)));
        }
        return image;
    }

    private ImageSource bodyImage(Object body) {
        try {
            return ImageValue.image(exchange, body, name(exchange.getMessage()), reading);
        } catch (InvalidImageException e) {
            throw attachments.isEmpty() ? e : new InvalidImageException(e.getMessage() + "; " + attachments, e);
        } catch (IllegalArgumentException e) {
            throw attachments.isEmpty() ? e : new IllegalArgumentException(e.getMessage() + "; " + attachments, e);
        }
    }

    /** Returns the name of an image of a batch. */
    String name(int index) {
        Object element = elements.get(index);
        if (element instanceof Attached attached) {
            return attached.name;
        }
        if (ImageValue.isHandler(element)) {
            return Handlers.name(element, "image " + (index + 1) + " of " + elements.size());
        }
        if (element instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            return file.getName();
        }
        return element instanceof File || element instanceof Path ? ImageValue.fileName(element)
                : "image " + (index + 1) + " of " + elements.size();
    }

    /** Returns an image of a batch. Fails as {@link #single}. */
    ImageSource image(int index) {
        Object element = elements.get(index);
        return ImageValue.image(exchange, element instanceof Attached attached ? attached.content : element, name(index),
                reading);
    }

    private static String name(Message message) {
        for (String header : List.of(Exchange.FILE_NAME, "CamelAwsS3Key")) {
            String name = message.getHeader(header, String.class);
            if (name != null && !name.isBlank()) {
                return name;
            }
        }
        return ImageValue.BODY;
    }

    /**
     * An attachment.
     *
     * @param content its handler, or its bytes if they had to be read to see that it is an image
     */
    private record Attached(String name, Object content) {
    }

    /** Finds the images among handlers of attachments. Loaded only if {@code jakarta.activation} is there. */
    private static final class Attachments {

        /** Media types of files whose type is not known. */
        private static final Set<String> UNKNOWN = Set.of("", "application/octet-stream", "binary/octet-stream");
        private static final Set<String> EXTENSIONS = Set.of("jpg", "jpeg", "jpe", "png", "bmp", "dib", "webp", "tif", "tiff",
                "gif");
        private static final int LONGEST_SIGNATURE = 32;
        private static final int MOST_NAMES = 10;

        private final List<Attached> images = new ArrayList<>();
        private final List<String> others = new ArrayList<>();

        /** Each attachment is opened at most once. */
        Attachments(List<Attached> attached) {
            for (Attached one : attached) {
                DataHandler handler = (DataHandler) one.content;
                String type = Handlers.mediaType(handler);
                Object content = isDeclared(one.name, type) ? handler
                        : UNKNOWN.contains(type) ? contentOfImage(handler, one.name) : null;
                if (content == null) {
                    others.add(one.name + (type.isEmpty() ? "" : " (" + MessageText.printable(type) + ")"));
                } else {
                    images.add(new Attached(one.name, content));
                }
            }
        }

        private static boolean isDeclared(String name, String type) {
            return type.startsWith("image/") && !type.startsWith("image/svg")
                    || EXTENSIONS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        }

        /** Returns the content if its first bytes are those of an image; otherwise {@code null}, without reading the rest. */
        private static Object contentOfImage(DataHandler handler, String name) {
            if (Handlers.isOfObject(handler.getDataSource())) {
                Object object = Handlers.object(handler, name);
                return object instanceof byte[] bytes ? ImageFormat.isImage(bytes) ? bytes : null
                        : ImageValue.isOfKnownType(object) ? object : null;
            }
            try (InputStream stream = handler.getInputStream()) {
                byte[] first = stream.readNBytes(LONGEST_SIGNATURE);
                if (!ImageFormat.isImage(first)) {
                    return null;
                }
                byte[] rest = stream.readAllBytes();
                byte[] all = Arrays.copyOf(first, first.length + rest.length);
                System.arraycopy(rest, 0, all, first.length, rest.length);
                return all;
            } catch (IOException e) {
                throw new UncheckedIOException("the attachment " + name + " can't be read: " + e.getMessage(), e);
            }
        }

        /** Returns a clause that names the attachments that are no images; empty if there are none. */
        String others() {
            return others.isEmpty() ? "" : String.join(", ", others.subList(0, Math.min(others.size(), MOST_NAMES)))
                    + (others.size() > MOST_NAMES ? " and " + (others.size() - MOST_NAMES) + " more" : "");
        }
    }

    /** Reads the attachments of messages. Loaded only if camel-attachments is there. */
    private static final class CamelAttachments {

        private static final Pattern FILE_NAME = Pattern.compile("(?i);\\s*filename=\"([^\"]+)\"");

        private CamelAttachments() {
        }

        /** Where the key is the field of a form, the name of the file is in a header. */
        static List<Attached> of(Message message) {
            List<Attached> attached = new ArrayList<>();
            new DefaultAttachmentMessage(message).getAttachmentObjects().forEach((key, attachment) -> {
                DataHandler handler = attachment.getDataHandler();
                attached.add(new Attached(fileName(attachment).map(name -> Handlers.lastPart(name, key))
                        .orElseGet(() -> Handlers.name(handler, key)), handler));
            });
            return attached;
        }

        private static Optional<String> fileName(Attachment attachment) {
            return attachment.getHeaderNames().stream().filter("content-disposition"::equalsIgnoreCase).findFirst()
                    .map(attachment::getHeader).map(FILE_NAME::matcher).filter(Matcher::find).map(found -> found.group(1));
        }
    }
}
