import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface DrawerProps {
  readonly title: string;
  /** Chip beside the title. */
  readonly chip?: ComponentChildren;
  /** Additional class of the dialog. */
  readonly kind?: string;
  /** Error to show instead of the content. */
  readonly error?: string | undefined;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/**
 * Dialog with a record or a pair, over the page. Escape closes it; the arrow keys go to the next or
 * previous one.
 */
export function Drawer(props: DrawerProps): JSX.Element {
  const { title, chip, kind = "", error, onPrevious, onNext, onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const move = ({ key, target }: KeyboardEvent): void => {
    if (target instanceof Element && target.matches("pre")) return;
    if (key === "ArrowLeft") onPrevious?.();
    if (key === "ArrowRight") onNext?.();
  };
  return (
    <dialog
      class={`drawer ${kind}`.trim()}
      ref={dialog}
      aria-labelledby="record-title"
      onClose={onClose}
      onKeyDown={move}
      onClick={({ target }) => target === dialog.current && dialog.current?.close()}
    >
      <div class="drawer-body">
        <div class="drawer-head">
          <h2 id="record-title">{title}</h2>
          {chip}
          <span class="spread" />
          <button type="button" class="button" disabled={!onPrevious} onClick={onPrevious}>
            ← Previous
          </button>
          <button type="button" class="button" disabled={!onNext} onClick={onNext}>
            Next →
          </button>
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
        {error === undefined ? children : <p class="error-text">{error}</p>}
      </div>
    </dialog>
  );
}
