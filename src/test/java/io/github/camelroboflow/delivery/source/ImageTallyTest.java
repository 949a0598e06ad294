package io.github.camelroboflow.delivery.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Inference.ClassScore;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.ContractNames;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class ImageTallyTest {

    /** An engine of the user's own may give such a result. The image has been moved to done, and must not be moved again. */
    @Test
    void aResultThatCanNotBeCountedIsNoFailure() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            ImageTally tally = ImageTally.of(context);
            Exchange exchange = new DefaultExchange(context);
            exchange.setProperty(ContractNames.INFERENCE, new Classification(InferenceInfo.of("", 0, new ImageSize(1, 1)),
                    List.of(new ClassScore(null, 0, 1)), "", 1));

            tally.done(exchange, "", "a.jpg", null);

            assertThat(tally.counts().done()).isEqualTo(1);
        }
    }
}
