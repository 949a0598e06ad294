package io.github.camelroboflow.export;

import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.support.ContractNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.DataFormatName;
import org.apache.camel.spi.annotations.Dataformat;
import org.apache.camel.support.service.ServiceSupport;

/**
 * A Camel data format that writes the result in a message body as one document in UTF-8, which stands for itself:
 * {@code marshal: custom: ref: roboflow-coco}. The body is an {@link Inference} or its JSON. The document names the image as the
 * exchange property {@value ContractNames#IMAGE_NAME} does, else as the header {@value Exchange#FILE_NAME} or {@code
 * CamelAwsS3Key}. The ids of classes are those of the model if the result came from a {@code roboflow} step, else those in the
 * result. The header {@code Content-Type} is set.
 */
public abstract class ExportDataFormat extends ServiceSupport implements DataFormat, DataFormatName {

    private static final List<String> NAME_HEADERS = List.of(Exchange.FILE_NAME_CONSUMED, Exchange.FILE_NAME, "CamelAwsS3Key");
    private static final String NO_NAME = "image";

    private final ExportFormat format;

    private ExportDataFormat(ExportFormat format) {
        this.format = format;
    }

    /** COCO's JSON, see {@link ExportFormat#COCO}. */
    @Dataformat("roboflow-coco")
    public static final class Coco extends ExportDataFormat {

        public Coco() {
            super(ExportFormat.COCO);
        }
    }

    /** YOLO's labels, see {@link ExportFormat#YOLO}. */
    @Dataformat("roboflow-yolo")
    public static final class Yolo extends ExportDataFormat {

        public Yolo() {
            super(ExportFormat.YOLO);
        }
    }

    /** Pascal VOC's XML, see {@link ExportFormat#VOC}. */
    @Dataformat("roboflow-voc")
    public static final class Voc extends ExportDataFormat {

        public Voc() {
            super(ExportFormat.VOC);
        }
    }

    /** LabelMe's JSON, see {@link ExportFormat#LABELME}. */
    @Dataformat("roboflow-labelme")
    public static final class LabelMe extends ExportDataFormat {

        public LabelMe() {
            super(ExportFormat.LABELME);
        }
    }

    /** A table, see {@link ExportFormat#CSV}. */
    @Dataformat("roboflow-csv")
    public static final class Csv extends ExportDataFormat {

        public Csv() {
            super(ExportFormat.CSV);
        }
    }

    @Override
    public String getDataFormatName() {
        return "roboflow-" + format;
    }

    /** @throws IllegalArgumentException if the body is no result, or one that the format can't hold */
    @Override
    public void marshal(Exchange exchange, Object body, OutputStream stream) throws IOException {
        Inference result = result(exchange, body);
        ClassCatalog classes = new ClassCatalog(modelClasses(exchange));
        classes.add(result);
        stream.write(format.document(new ExportedImage(name(exchange), result), classes).getBytes(StandardCharsets.UTF_8));
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, format.mediaType());
    }

    private Inference result(Exchange exchange, Object body) {
        if (body instanceof Inference inference) {
            return inference;
        }
        byte[] json = exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (json == null) {
            throw new IllegalArgumentException(getDataFormatName() + " writes the result of a model, and the body is "
                    + (body == null ? "empty" : "a " + body.getClass().getName()));
        }
        return InferenceJson.read(json);
    }

    private static List<String> modelClasses(Exchange exchange) {
        return exchange.getProperty(ContractNames.MODEL_CLASSES) instanceof List<?> classes
                ? classes.stream().map(String::valueOf).toList() : List.of();
    }

    private static String name(Exchange exchange) {
        return Stream.concat(Stream.of(exchange.getProperty(ContractNames.IMAGE_NAME, String.class)),
                NAME_HEADERS.stream().map(header -> exchange.getMessage().getHeader(header, String.class)))
                .filter(Objects::nonNull).filter(name -> !name.isBlank()).findFirst().orElse(NO_NAME);
    }

    @Override
    public Object unmarshal(Exchange exchange, InputStream stream) {
        throw new UnsupportedOperationException(getDataFormatName() + " only writes results (marshal), and reads none");
    }
}
