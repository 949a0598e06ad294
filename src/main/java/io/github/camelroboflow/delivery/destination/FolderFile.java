package io.github.camelroboflow.delivery.destination;

import io.github.camelroboflow.delivery.Deliveries;
import io.github.camelroboflow.delivery.FileNames;
import io.github.camelroboflow.delivery.disk.Unsettled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;

/**
 * Writes the body into the folder that the exchange property {@value #FOLDER} names, under the temporary name in the property
 * {@value #TEMPORARY}: as a copy of the image, the one that a step before has made, or as the result. With the result, which comes
 * last, all of them are ready to be published at the end of the delivery.
 */
public final class FolderFile implements Processor {

    private static final String FOLDER = "CamelRoboflowFolder";
    private static final String TEMPORARY = "CamelRoboflowTemporary";
    private static final String FILES = "CamelRoboflowFolderFiles";

    private boolean result;

    /** Whether it is the result, the last of the files. */
    public void setResult(boolean result) {
        this.result = result;
    }

    @Override
    public void process(Exchange exchange) throws IOException, InvalidPayloadException {
        FolderFiles files = files(exchange);
        UnaryOperator<String> name = result ? own -> own : CopyNames.bound(exchange);
        try (InputStream content = exchange.getMessage().getMandatoryBody(InputStream.class)) {
            files.write(content, exchange.getProperty(TEMPORARY, String.class), name);
        }
        if (result) {
            exchange.removeProperty(FILES);
            Outcomes.of(exchange).unsettled().add(files);
        }
    }

    private static FolderFiles files(Exchange exchange) {
        FolderFiles begun = exchange.getProperty(FILES, FolderFiles.class);
        if (begun != null) {
            return begun;
        }
        String folder = exchange.getProperty(FOLDER, String.class);
        FolderFiles files = new FolderFiles(Path.of(FileNames.writable(folder)),
                FileNames.writable(Delivered.resultFile(exchange)),
                Delivered.header(exchange, Delivered.DELIVERY_ID), () -> Deliveries.accepted(exchange, "file:" + folder));
        exchange.setProperty(FILES, files);
        return files;
    }

    /** Does away with what was written of files that did not get as far as the result. */
    static void discard(Exchange exchange) {
        Unsettled.Write begun = exchange.getProperty(FILES, FolderFiles.class);
        if (begun != null) {
            begun.discard();
        }
    }
}
