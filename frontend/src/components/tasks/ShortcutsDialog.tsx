import { Dialog } from "@/components/ui/Dialog";
import { SHORTCUTS } from "./use-shortcuts";

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Keyboard shortcuts">
      <dl className="grid grid-cols-[1fr_auto] items-center gap-x-6 gap-y-2.5">
        {SHORTCUTS.map(([keys, what]) => (
          <div className="contents" key={what}>
            <dt>{what}</dt>
            <dd className="flex justify-end gap-1">
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <button className="button button-secondary mt-6 w-full" onClick={onClose} type="button">
        Done
      </button>
    </Dialog>
  );
}
