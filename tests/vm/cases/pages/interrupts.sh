# Pages allocated in interrupts are counted, and not charged to the interrupted code.
. /overlay/vm/lib.sh

taken() { cat "/sys/module/gmlab_irq/parameters/$1"; }
all_taken() { [ "$(taken soft)" = 256 ] && [ "$(taken hard)" = "$hard" ]; }
sites() { json "[.sites[] | select(.stack | any(test(\"^gmlab_fires_$1\"))) | $2" \
	leakctl sites --json --module gmlab_irq; }

# With PREEMPT_RT the page allocator must not be called in a hard interrupt.
hard=256
case $(uname -v) in *PREEMPT_RT*) hard=0 ;; esac

modprobe ghostmem mode=exact
# Something to interrupt: tasks, kernel threads, and the idle task between them.
modprobe gmlab_load threads=2
modprobe gmlab_irq
dd if=/dev/zero of=/dev/null bs=4k count=2000 2>/dev/null
check "the interrupts took what they wanted" wait_for 60 all_taken
is "softirqs' pages are counted" "$(sites soft '.live_pages] | add')" 256
is "hard interrupts' pages are counted" "$(sites hard '.live_pages] | add // 0')" $hard
# The stack ends where the interrupt came in: with what was interrupted in it, there would
# be a site for each place in the load where a timer can fire.
is "no stack of a hard interrupt goes beyond its entry" \
	"$(sites hard '.stack[-1] | select(test("^asm_") | not)] | length')" 0
is "no stack blames the load" \
	"$(json '[.sites[] | select(.stack | any(test("gmlab_irq")) and any(test("gmlab_load")))] |
		length' leakctl sites --json --class all)" 0
count=$(json '.sites | length' leakctl sites --json --module gmlab_irq)
if [ "$count" -ge 1 ] && [ "$count" -le 12 ]; then ok "few sites ($count)"; else not_ok "few sites" "$count"; fi
is "no event was lost" "$(json '[.lost[]] | add' leakctl status --json)" 0
rmmod gmlab_irq
is "and their return is seen" "$(seen gmlab_irq)" 0
rmmod gmlab_load
check "the module unloads" rmmod ghostmem
finish
