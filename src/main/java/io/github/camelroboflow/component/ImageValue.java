package io.github.camelroboflow.component;

import io.github.camelroboflow.component.MessageImages.Reading;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.ContractNames;
import io.github.camelroboflow.inference.support.MessageText;
import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.activation.FileDataSource;
import jakarta.activation.URLDataSource;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;

/** Reads the image that a value holds: a body, an element of a batch, an attachment or a variable. */
final class ImageValue {

    /** The name of an image that the message does not name. */
    static final String BODY = "message body";

    /** Whether {@code jakarta.activation} is there, which camel-attachments brings. */
    static final boolean HAS_HANDLERS = load("jakarta.activation.DataHandler") != null;

    private static final Class<?> MAIL_PART = load("jakarta.mail.Part");
    private static final Class<?> ATTACHMENT = load("org.apache.camel.attachment.Attachment");
    private static final Class<?> NETTY_BUFFER = load("io.netty.buffer.ByteBuf");

    private ImageValue() {
    }

    /**
     * Returns the image that a value holds. A stream is read to its end and closed.
     *
     * @throws InvalidImageException    if there is no image
     * @throws IllegalArgumentException if the value is of a type that can't be an image
     */
    static ImageSource image(Exchange exchange, Object body, String name, Reading reading) {
        if (body == null) {
            throw new InvalidImageException(name + " holds no image: it is empty");
        }
        if (reading == Reading.AS_URL) {
            return url(body, name);
        }
        if (body instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            return file(isUnnamed(name) ? file.getName() : name, file.toPath(), reading);
        }
        if (body instanceof File file) {
            return file(knownName(exchange, file, name), file.toPath(), reading);
        }
        if (body instanceof Path path) {
            return file(knownName(exchange, path, name), path, reading);
        }
        if (body instanceof BufferedImage picture) {
            return ImageSource.of(name, png(picture));
        }
        if (body instanceof CharSequence || body instanceof Reader) {
            throw new IllegalArgumentException(name + " is text, and text is never taken for an image, a path or a URL:"
                    + " send the image's bytes or a File");
        }
        if (body instanceof Inference) {
            throw new IllegalArgumentException(name + " is the result of an earlier inference, not an image: to run an image"
                    + " through several models, keep it as the body with variableReceive");
        }
        if (isHandler(body)) {
            return Handlers.image(exchange, body, name, reading);
        }
        Object content = content(body, name);
        if (is(MAIL_PART, body) && isTextOrParts(Handlers.mediaType(content))) {
            throw new IllegalArgumentException(name + " is a whole mail or its text, not an image: with mapMailMessage=true of"
                    + " Camel's mail component its images are attachments of the message, which are taken");
        }
        return content == body ? ImageSource.of(name, bytes(exchange, body, name)) : image(exchange, content, name, reading);
    }

    static boolean isHandler(Object value) {
        return HAS_HANDLERS && Handlers.isHandler(value);
    }

    /**
     * Returns whether a body is an image by its type, or refused as one, rather than an object such as a mail, whose images are its
     * attachments.
     */
    static boolean isOfKnownType(Object body) {
        Object content = content(body, BODY);
        if (isHandler(content)) {
            return !isTextOrParts(Handlers.mediaType(content));
        }
        return body instanceof WrappedFile || body instanceof File || body instanceof Path || body instanceof BufferedImage
                || body instanceof Inference || is(NETTY_BUFFER, body);
    }

    /** Returns whether a media type is that of a text or of a whole message, which may have images as attachments. */
    static boolean isTextOrParts(String mediaType) {
        return mediaType.startsWith("text/") || mediaType.startsWith("multipart/");
    }

    /** Returns a class of a library that may be absent, or {@code null}. */
    static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ImageValue.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    /**
     * Returns the content of an attachment, a part of a mail or a buffer of Netty; any other value as it is. Camel's converter
     * gives all of the memory that such a buffer is a part of.
     */
    private static Object content(Object body, String name) {
        return is(MAIL_PART, body) ? call(MAIL_PART, "getDataHandler", body, name)
                : is(ATTACHMENT, body) ? call(ATTACHMENT, "getDataHandler", body, name)
                : is(NETTY_BUFFER, body) ? call(NETTY_BUFFER, "nioBuffer", body, name) : body;
    }

    private static boolean is(Class<?> type, Object body) {
        return type != null && type.isInstance(body);
    }

    private static Object call(Class<?> type, String getter, Object body, String name) {
        try {
            return type.getMethod(getter).invoke(body);
        } catch (InvocationTargetException e) {
            throw unreadable(name, new IOException(e.getCause().getMessage(), e.getCause()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " has no " + getter + " any more", e);
        }
    }

    /** Returns whether no image has got that name yet. */
    static boolean isUnnamed(String name) {
        return name.equals(BODY);
    }

    /**
     * Returns the name that the source gave the image, as sources that download to their own files do; otherwise the message's name
     * for it, or the file's.
     */
    private static String knownName(Exchange exchange, Object file, String name) {
        String known = exchange.getMessage().getBody() == file
                ? exchange.getProperty(ContractNames.IMAGE_NAME, String.class) : null;
        return known != null && !known.isBlank() ? known : isUnnamed(name) ? fileName(file) : name;
    }

    static String fileName(Object file) {
        Path path = file instanceof File old ? old.toPath() : (Path) file;
        return path.getFileName() == null ? path.toString() : path.getFileName().toString();
    }

    /**
     * Reads the bytes. Frequent types are read without Camel's converters: after a failed conversion of another object, Camel may
     * no longer find the converters.
     */
    static byte[] bytes(Exchange exchange, Object body, String name) {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (body instanceof StreamCache cache) {
            return cached(cache, name);
        }
        if (body instanceof InputStream stream) {
            try (stream) {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw unreadable(name, e);
            }
        }
        byte[] bytes = exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (bytes == null) {
            throw new IllegalArgumentException(name + " is a " + body.getClass().getName()
                    + ", which can't be converted to an image's bytes");
        }
        return bytes;
    }

    private static byte[] cached(StreamCache cache, String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        cache.reset();
        try {
            cache.writeTo(bytes);
        } catch (IOException e) {
            throw unreadable(name, e);
        } finally {
            cache.reset();
        }
        return bytes.toByteArray();
    }

    static byte[] bytes(ImageSource image) {
        try {
            return image.bytes();
        } catch (IOException e) {
            throw unreadable(image.name(), e);
        }
    }

    private static UncheckedIOException unreadable(String name, IOException e) {
        return new UncheckedIOException("the image " + name + " can't be read: " + e.getMessage(), e);
    }

    /** Names the image by the last part of the URL's path, since the rest may contain a signature. */
    private static ImageSource url(Object body, String name) {
        String text = body instanceof CharSequence || body instanceof URI || body instanceof URL ? body.toString().strip() : "";
        try {
            URI url = new URI(text);
            boolean web = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
            if (web && url.getHost() != null) {
                String path = url.getPath().replaceFirst("/+$", "");
                return ImageSource.of(isUnnamed(name) ? path.substring(path.lastIndexOf('/') + 1) : name, url);
            }
        } catch (URISyntaxException e) {
            // reported below without the text, which may contain a signature
        }
        throw new IllegalArgumentException(name + " is no http or https URL as text, which imageInput=url takes: send one, or the"
                + " image's bytes with imageInput=file");
    }

    private static ImageSource file(String name, Path path, Reading reading) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            // a read of a pipe or a device may never end
            throw new InvalidImageException("the image " + name + " can't be read: it is a folder, a pipe or a device, not a file");
        }
        if (reading == Reading.FROM_DISK && Files.isReadable(path)) {
            return ImageSource.of(name, path);
        }
        try {
            return ImageSource.of(name, Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            throw new InvalidImageException("the image " + name
                    + " has no file: it was removed before it was read, or was never there", e);
        } catch (AccessDeniedException e) {
            throw new InvalidImageException("the image " + name + " may not be read: check its permissions", e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        // ImageIO would use a temporary file for the array's stream itself
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(picture, "png", stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    /** Returns a media type without parameters, in lower case. */
    static String mediaType(String contentType) {
        return Objects.toString(contentType, "").replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    /** Values of {@code jakarta.activation}. Loaded only if that is there. */
    static final class Handlers {

        private Handlers() {
        }

        static boolean isHandler(Object value) {
            return value instanceof DataHandler;
        }

        static ImageSource image(Exchange exchange, Object value, String name, Reading reading) {
            DataHandler handler = (DataHandler) value;
            String known = isUnnamed(name) ? name(handler, name) : name;
            DataSource source = handler.getDataSource();
            if (source instanceof FileDataSource file) {
                return file(known, file.getFile().toPath(), reading);
            }
            if (source instanceof URLDataSource) {
                throw new IllegalArgumentException(known + " is an address, and addresses are not opened here: send the image's"
                        + " bytes or a File");
            }
            if (isOfObject(source)) {
                return ImageValue.image(exchange, object(handler, known), known, reading);
            }
            try {
                return ImageSource.of(known, bytes(exchange, handler.getInputStream(), known));
            } catch (IOException e) {
                throw unreadable(known, e);
            }
        }

        static Object object(DataHandler handler, String name) {
            try {
                return handler.getContent();
            } catch (IOException e) {
                throw unreadable(name, e);
            }
        }

        /** Returns whether the handler has an object and no stream. For most types no code would write it as a stream. */
        static boolean isOfObject(DataSource source) {
            return source != null && source.getClass().getName().equals("jakarta.activation.DataHandlerDataSource");
        }

        /** Returns the last part of the file name, or else another name. */
        static String name(Object handler, String otherwise) {
            return lastPart(Objects.toString(((DataHandler) handler).getName(), ""), otherwise);
        }

        static String lastPart(String fileName, String otherwise) {
            String file = fileName.strip();
            String last = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
            return MessageText.printable(last.isEmpty() ? otherwise : last);
        }

        /** Returns the media type without parameters, in lower case; empty if it is not known. */
        static String mediaType(Object handler) {
            try {
                return ImageValue.mediaType(((DataHandler) handler).getContentType());
            } catch (RuntimeException e) {
                // without an implementation of jakarta.activation there is no table of file names
                return "";
            }
        }
    }
}
