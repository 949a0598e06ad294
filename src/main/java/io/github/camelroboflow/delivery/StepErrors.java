package io.github.camelroboflow.delivery;

import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Has an {@link Error} that a step of a route throws fail its exchange, as exceptions do. Camel lets errors through: the thread
 * ends with them, and the exchange never, so that its image stays in work.
 */
public final class StepErrors implements InterceptStrategy {

    @Override
    public Processor wrapProcessorInInterceptors(CamelContext context, NamedNode definition, Processor target, Processor next) {
        return new Step(target);
    }

    private static final class Step extends DelegateAsyncProcessor {

        Step(Processor target) {
            super(target);
        }

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Done done = new Done(callback);
            boolean sync;
            try {
                sync = super.process(exchange, done);
            } catch (Error e) {
                exchange.setException(e);
                done.calledMeanwhile = true;
                sync = true;
            }
            done.returned(sync);
            return sync;
        }
    }

    /**
     * That a step is done, but told only when the step has returned: what adapts Camel's synchronous processors calls it before an
     * error gets out of them, as if all had gone well.
     */
    private static final class Done implements AsyncCallback {

        private final AsyncCallback callback;
        private final Thread thread = Thread.currentThread();
        private volatile boolean returned;
        private boolean calledMeanwhile;

        Done(AsyncCallback callback) {
            this.callback = callback;
        }

        @Override
        public void done(boolean doneSync) {
            if (Thread.currentThread() == thread && !returned) {
                calledMeanwhile = true;
            } else {
                callback.done(doneSync);
            }
        }

        void returned(boolean sync) {
            returned = true;
            if (calledMeanwhile) {
                callback.done(sync);
            }
        }
    }
}
